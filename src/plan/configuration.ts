/** The configuration keys of a fleet's chargers at the start of a run. */
import { parseDurationNs } from '../base/units.ts';
import type { ConfigurationKey } from '../chargers/model.ts';
import type { Fleet } from '../scenario/types.ts';

/** The model's keys, with the scenario's values: by name, or by an option of its own. */
export function fleetConfiguration(fleet: Fleet): ConfigurationKey[] {
  const { configuration, configurationAliases } = fleet.model;
  const given = new Map<string, string>();
  const preset = (key: string, value: string) => {
    given.set(key, value);
    for (const [alias, name] of Object.entries(configurationAliases)) {
      if (alias === key) given.set(name, value);
      if (name === key) given.set(alias, value);
    }
  };
  for (const [key, duration] of optionsOf(fleet)) preset(key, secondsText(duration));
  for (const [key, value] of Object.entries(fleet.configuration ?? {})) preset(key, value);
  return configuration.map((each) => ({ ...each, value: given.get(each.key) ?? each.value }));
}

/** Options of a fleet that are keys too. */
function optionsOf({ meterInterval, pingInterval, heartbeat }: Fleet): [string, string][] {
  const pairs: [string, string | undefined][] = [
    ['MeterValueSampleInterval', meterInterval],
    ['WebSocketPingInterval', pingInterval === 'off' ? '0s' : pingInterval],
    ['HeartbeatInterval', heartbeat === 'boot' || heartbeat === 'off' ? undefined : heartbeat],
  ];
  return pairs.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** Keys know whole seconds; shorter times are the option's alone. */
function secondsText(duration: string): string {
  const ns = parseDurationNs(duration) ?? 0;
  return String(ns === 0 ? 0 : Math.max(1, Math.round(ns / 1e9)));
}
