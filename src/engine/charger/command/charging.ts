/** SetChargingProfile, ClearChargingProfile, GetCompositeSchedule (OCPP 1.6, 5.16, 5.5, 5.7). */
import { chargerMs, printedSeconds } from '../clock.ts';
import { limitPower } from '../power.ts';
import { rareOf } from '../rare.ts';
import { fleetOf, type Shard } from '../shard.ts';
import { accepted, type CommandAnswer, type CommandContext, refused, result } from './answer.ts';
import { compositeSchedule } from './composite.ts';
import { connectorRow } from './connector.ts';
import { clear, type Electrics, install, isAcceptable, profileOf } from './profiles.ts';

export function setChargingProfile(context: CommandContext): CommandAnswer {
  const { shard, c, payload, arrivedNs, nowNs } = context;
  shard.pushed(arrivedNs);
  const { connectors, clock } = fleetOf(shard, c).plan;
  const { connectorId } = payload;
  const profile = profileOf(
    connectorId,
    payload.csChargingProfiles,
    clock.utcOffsetMin,
    chargerMs(shard, c, nowNs),
  );
  const k = connectorId === 0 ? c : connectorRow(shard, c, connectorId);
  if (profile === null || k < 0) return refused();
  const transaction = connectorId === 0 ? null : shard.state.transaction[k];
  if (!isAcceptable(profile, { connectors, transaction })) return refused();
  const rare = rareOf(shard, c);
  const profiles = install(rare.profiles, profile);
  if (profiles === null) return refused();
  rare.profiles = profiles;
  limitAll(shard, c, nowNs);
  return accepted();
}

export function clearChargingProfile({ shard, c, payload, nowNs }: CommandContext): CommandAnswer {
  const rare = rareOf(shard, c);
  const left = clear(rare.profiles, payload);
  if (left.length === rare.profiles.length) return refused('Unknown');
  rare.profiles = left;
  limitAll(shard, c, nowNs);
  return accepted();
}

function limitAll(shard: Shard, c: number, nowNs: number): void {
  const { nextConnector } = shard.state;
  for (let k = c; k >= 0; k = nextConnector[k]) limitPower(shard, k, nowNs);
}

export function getCompositeSchedule({ shard, c, payload, nowNs }: CommandContext): CommandAnswer {
  const { connectorId, duration, chargingRateUnit } = payload;
  const k = connectorId === 0 ? c : connectorRow(shard, c, connectorId);
  if (k < 0) return refused();
  const { plan } = fleetOf(shard, c);
  const { phases, voltageV, maxPowerW } = plan.electrics;
  const voltageSumV = voltageV.slice(0, phases).reduce((sum, volts) => sum + volts, 0);
  const electrics: Electrics = { phases, voltageSumV, maxPowerW };
  const fromMs = chargerMs(shard, c, nowNs);
  const schedule = compositeSchedule(
    shard.rare.get(c)?.profiles ?? [],
    connectorId,
    connectorId === 0 ? null : shard.state.transaction[k],
    { fromMs, durationS: duration, unit: chargingRateUnit ?? 'A' },
    electrics,
  );
  const startS = printedSeconds(shard, c, fromMs);
  const scheduleStart =
    new Date(startS * 1000).toISOString().replace('.000Z', '') + plan.clock.zone;
  return result({
    status: 'Accepted',
    connectorId,
    scheduleStart,
    chargingSchedule: { ...schedule, startSchedule: scheduleStart },
  });
}
