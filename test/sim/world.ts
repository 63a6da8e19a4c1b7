/** A small random scenario and a random central system for each seed. */
import { randomStream } from '../../src/base/random.ts';
import { generic1_6 } from '../../src/chargers/generic.ts';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { life } from '../../src/scenario/life.ts';
import type {
  DurationDistribution,
  Fleet,
  Life,
  ReconnectPolicy,
  Scenario,
} from '../../src/scenario/types.ts';
import type { Behaviour } from './central.ts';
import { simFleet } from './scenario.ts';

export interface World {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly behaviour: Partial<Behaviour>;
  /** Nothing goes wrong: all counts must be equal. */
  readonly faultless: boolean;
  /** A number of shards to compare with one. */
  readonly shards: number;
  readonly drainAtMs?: number;
}

const WORLD_PURPOSE = 99;

export function worldOf(seed: number): World {
  const random = randomStream(seed, 0, WORLD_PURPOSE);
  const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random() * choices.length)];
  const faultless = random() < 0.2;
  const fleets = [randomFleet('a', pick)];
  if (random() < 0.3) fleets.push(randomFleet('b', pick));
  const scenario: Scenario = {
    target: 'embedded',
    duration: pick('10s', '20s', '45s'),
    warmup: pick('0s', '2s'),
    gracePeriod: pick('0s', '3s', '10s'),
    dialect: pick('as-logged', 'standard'),
    callTimeout: pick('1s', '3s'),
    timeoutsBeforeReconnect: pick(1, 2, 3),
    handshakeTimeout: '2s',
    maxHandshakes: pick(256, 256, 1, 3),
    maxBacklog: pick(0, 1, 100),
    slack: pick('0ms', '1ms', '20ms'),
    fleets,
  };
  const behaviour = faultless ? faultlessBehaviour(pick) : faultyBehaviour(pick);
  const drainAtMs = !faultless && random() < 0.2 ? 15_000 * random() : undefined;
  return { seed, scenario, behaviour, faultless, shards: pick(2, 3, 4, 7), drainAtMs };
}

type Pick = <T>(...choices: readonly T[]) => T;

function randomFleet(name: string, pick: Pick): Fleet {
  const open = pick(true, false, false);
  const power = pick<'7200W' | { uniform: ['1kW', '11kW'] }>('7200W', { uniform: ['1kW', '11kW'] });
  const session = { duration: { uniform: ['0s', '12s'] }, power } as const;
  const cars = (l: Life) => (open ? l.awaitArrival() : l.idle({ exponential: '2s' }));
  const charging = (l: Life) => cars(l).plugIn().session(session).unplug();
  const lives = [
    life().boot().forever(charging),
    life()
      .boot()
      .forever((l) => charging(l).churn({ faults: 0.5, duration: '1s' })),
    life()
      .boot()
      .repeat(2, (l) => charging(l).repeat(2, (m) => m.churn({ faults: 0.9, duration: '100ms' }))),
    life()
      .boot()
      .forever((l) => scripted(cars(l))),
    life()
      .boot()
      .closedLoop('Heartbeat', { think: { uniform: ['50ms', '500ms'] } }),
  ];
  return simFleet({
    name,
    chargers: pick(1, 2, 5, 8),
    connect: pick(
      { profile: 'ramp', over: '3s', jitter: '1s' } as const,
      { profile: 'allAtOnce' } as const,
    ),
    identities: { identity: `${name}{n:4}`, idTag: `${name}-TAG{n}` },
    model: pick(tonly48A(), tonly48A(), generic1_6({ connectors: pick(1, 2, 4) })),
    // In a closed load the last life may run for ever, so it is left to it.
    life: open ? pick(...lives.slice(0, 4)) : pick(...lives),
    ...(open ? { arrivals: { profile: 'rate', rate: pick('1/s', '30/min') } as const } : {}),
    heartbeat: pick('boot', 'off', '300ms', '2s'),
    meterInterval: pick('1s', '3s', '60s'),
    reconnect: pick<ReconnectPolicy>(
      { reconnect: 'fullJitter', base: '500ms', max: '4s' },
      { reconnect: 'fullJitter', base: '500ms', max: '4s' },
      { reconnect: 'fixed', delay: '2s', jitter: '1s' },
      { reconnect: 'exponential', base: '300ms', max: '5s', factor: 3 },
      { reconnect: 'immediate' },
      { reconnect: 'immediate', attempts: 2 },
      { reconnect: 'none' },
    ),
    retryAfter: pick(true, false),
    samplePhase: pick('transaction', 'wall-clock'),
    reactionTime: pick<DurationDistribution>('0ms', '10ms', { uniform: ['0ms', '400ms'] }),
    rebootTime: pick('0s', '1s'),
    bootRetry: pick('1s', '5s'),
    clockSkew: pick('0s', '3s', '-7s'),
    pingInterval: pick('off', 'off', '700ms'),
    maxQueue: pick(1000, 1000, 5, 1),
    maxCommandRate: pick(100, 1),
    firmware: { download: '1s', install: '1s' },
    remoteCharge: pick({}, { duration: '3s' }),
    configuration: {
      LocalAuthorizeOffline: pick('true', 'false'),
      TransactionMessageAttempts: pick('1', '2', '3'),
      TransactionMessageRetryInterval: pick('0', '1', '2'),
      ClockAlignedDataInterval: pick('0', '0', '3'),
      StopTxnSampledData: pick('', '', 'Energy.Active.Import.Register'),
      StopTransactionOnInvalidId: pick('true', 'false'),
    },
  });
}

function scripted(before: Life): Life {
  return before.script(async (charger) => {
    for (let n = 0; n < 3; n++) {
      await charger.sleep(charger.random() < 0.5 ? '100ms' : '700ms');
      const data = `${n} of ${charger.identity} at ${charger.nowMs()}`;
      await charger.call('DataTransfer', { vendorId: 'script', data });
    }
  });
}

/** Answers in time, whatever they say. */
function faultlessBehaviour(pick: Pick): Partial<Behaviour> {
  return {
    thinkMs: pick([0, 0], [5, 5], [0, 400]),
    transitMs: pick([0, 0], [1, 1], [0, 50]),
    refusedTags: pick(0, 0.3),
    refusedStarts: pick(0, 0.3),
    bootIntervalS: pick(0, 1, 5),
    whiteSpace: pick(true, false),
    commandEveryS: pick(0, 3, 0.4),
    stalls: pick(0, 0.2),
  };
}

function faultyBehaviour(pick: Pick): Partial<Behaviour> {
  return {
    ...faultlessBehaviour(pick),
    slow: pick(0, 0.1),
    // Well before or well after a call timeout, so that the log alone tells which came first.
    slowMs: pick(800, 3500),
    callErrors: pick(0, 0, 0.1),
    silence: pick(0, 0, 0.05, 0.3),
    drops: pick(0, 0, 0.05),
    duplicates: pick(0, 0.1),
    unknownIds: pick(0, 0.05),
    garbage: pick(0, 0.1),
    wrongPayloads: pick(0, 0, 0.1),
    cutAfterS: pick(0, 0, 2, 15),
    refusedConnects: pick(0, 0, 0.3),
    silentConnects: pick(0, 0, 0.2),
    pendingBoots: pick(0, 0.3),
    rejectedBoots: pick(0, 0.3),
  };
}
