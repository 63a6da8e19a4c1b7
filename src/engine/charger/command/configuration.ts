/** GetConfiguration and ChangeConfiguration (exchanges 5 and 6; OCPP 1.6, 5.8 and 5.3). */
import type { ConfigurationKey } from '../../../chargers/model.ts';
import { columnText } from '../../../plan/columns.ts';
import { planHeartbeats } from '../boot.ts';
import { planPings } from '../pings.ts';
import { rareOf } from '../rare.ts';
import { changeSampleInterval, planClockValues } from '../samples.ts';
import { fleetOf, type Shard } from '../shard.ts';
import { accepted, type CommandAnswer, type CommandContext, refused, result } from './answer.ts';

export function getConfiguration({ shard, c, payload }: CommandContext): CommandAnswer {
  const { configuration, manners } = fleetOf(shard, c).plan;
  const listed = configuration.filter((key) => manners.listsHiddenKeys || !key.hidden);
  const asked: readonly string[] = payload.key ?? [];
  if (manners.listsAllKeys || asked.length === 0) {
    return result({ configurationKey: listed.map((key) => shown(shard, c, key)) });
  }
  const unknownKey = asked.filter((name) => !listed.some(({ key }) => key === name));
  const known = listed.filter(({ key }) => asked.includes(key));
  return result({
    configurationKey: known.map((key) => shown(shard, c, key)),
    ...(unknownKey.length > 0 ? { unknownKey } : {}),
  });
}

/** As exchange 5 writes it. */
function shown(shard: Shard, c: number, { key, value, readonly }: ConfigurationKey) {
  const { plan } = fleetOf(shard, c);
  const now = shard.rare.get(c)?.configuration.get(key) ?? value;
  const identity = columnText(plan.identity, shard.state.globalIndex[c] - plan.firstCharger);
  // What is written to it nobody may read (OCPP 1.6 security white paper).
  const text = key === 'AuthorizationKey' ? '' : now.replaceAll('{id}', identity);
  // The schema says `readonly`, and the log too.
  return { key, value: text, readonly };
}

export function changeConfiguration({ shard, c, payload, nowNs }: CommandContext): CommandAnswer {
  const { key, value } = payload as { key: string; value: string };
  const { configuration } = fleetOf(shard, c).plan;
  if (!configuration.some((each) => each.key === key)) {
    return key === 'config' ? changeTable(shard, c, value, nowNs) : refused('NotSupported');
  }
  const status = checkChange(shard, c, key, value);
  if (status !== 'Accepted') return refused(status);
  change(shard, c, key, value, nowNs);
  return accepted();
}

/** Exchange 6: TONLY takes many keys at once, as a JSON array in the text; all of them or none. */
function changeTable(shard: Shard, c: number, text: string, nowNs: number): CommandAnswer {
  const isTonly = Object.hasOwn(fleetOf(shard, c).plan.configurationAliases, 'MeterValueInterval');
  if (!isTonly) return refused('NotSupported');
  const pairs = parseTable(text);
  if (pairs === null) return refused();
  const fits = pairs.every(({ key, value }) => checkChange(shard, c, key, value) === 'Accepted');
  if (!fits) return refused();
  for (const { key, value } of pairs) change(shard, c, key, value, nowNs);
  return accepted();
}

function parseTable(text: string): { key: string; value: string }[] | null {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list) || list.length === 0) return null;
    const isPair = (pair: unknown): pair is { key: string; value: string } =>
      typeof pair === 'object' &&
      pair !== null &&
      typeof (pair as Record<string, unknown>)['key'] === 'string' &&
      typeof (pair as Record<string, unknown>)['value'] === 'string';
    return list.every(isPair) ? list : null;
  } catch {
    return null;
  }
}

/** Keys whose values are whole numbers, and the least they may be. */
const NUMBERS: Readonly<Record<string, number>> = {
  HeartbeatInterval: 0,
  MeterValueInterval: 0,
  MeterValueSampleInterval: 0,
  ClockAlignedDataInterval: 0,
  TransactionMessageAttempts: 1,
  TransactionMessageRetryInterval: 0,
  ConnectionTimeOut: 0,
  WebSocketPingInterval: 0,
  ResetRetries: 0,
};
const BOOLEANS = ['LocalAuthorizeOffline', 'StopTransactionOnInvalidId', 'LocalAuthListEnabled'];

function checkChange(shard: Shard, c: number, key: string, value: string) {
  const found = fleetOf(shard, c).plan.configuration.find((each) => each.key === key);
  if (found === undefined) return 'NotSupported';
  if (found.readonly) return 'Rejected';
  if (Object.hasOwn(NUMBERS, key)) {
    const fits = /^\d{1,9}$/.test(value) && Number(value) >= NUMBERS[key];
    return fits ? 'Accepted' : 'Rejected';
  }
  if (BOOLEANS.includes(key) && !/^(true|false)$/i.test(value)) return 'Rejected';
  return 'Accepted';
}

/** Stores the value, under its other name too, and lets it take effect at once. */
function change(shard: Shard, c: number, key: string, value: string, nowNs: number): void {
  const { configurationAliases } = fleetOf(shard, c).plan;
  const { configuration } = rareOf(shard, c);
  const name = configurationAliases[key] ?? key;
  configuration.set(name, value);
  for (const [alias, of] of Object.entries(configurationAliases)) {
    if (of === name) configuration.set(alias, value);
  }
  const intervalNs = Number(value) * 1e9;
  if (name === 'HeartbeatInterval') planHeartbeats(shard, c, intervalNs, nowNs);
  else if (name === 'MeterValueSampleInterval') changeSampleInterval(shard, c, intervalNs, nowNs);
  else if (name === 'ClockAlignedDataInterval') planClockValues(shard, c, nowNs);
  else if (name === 'WebSocketPingInterval') planPings(shard, c, intervalNs, nowNs);
  else if (name === 'AuthorizationKey') shard.passwords.set(c, value);
}
