/** A machine, a need and a target with nothing wrong; tests change one thing at a time. */
import type { MachineFacts } from '../../src/doctor/facts.ts';
import type { LifeFacts } from '../../src/doctor/life-facts.ts';
import type { LoadNeed, Need } from '../../src/doctor/need.ts';
import type { TargetFacts, TlsSession } from '../../src/doctor/reach.ts';
import { parseEndpoint } from '../../src/engine/socket/handshake.ts';

export const machine = (changes: Partial<MachineFacts> = {}): MachineFacts => ({
  descriptors: 20_000,
  sourcePorts: 28_232,
  reservedPorts: [],
  timeWait: 0,
  availableBytes: 22e9,
  processors: 4,
  ...{ groupCpus: null, groupMemoryBytes: null },
  conntrack: null,
  acceptQueue: 4096,
  synQueue: 2048,
  clockSource: 'tsc',
  wallClock: { synchronised: true, offsetMs: 0.3 },
  node: '24.21.0',
  ...changes,
});

export const need = (changes: Partial<Need> = {}, load: Partial<LoadNeed> = {}): Need => ({
  chargers: 5000,
  workers: 2,
  processes: 1,
  chargersPerProcess: changes.chargers ?? 5000,
  memoryBytes: 125e6,
  busiestPair: { chargers: changes.chargers ?? 5000, sources: [] },
  embedded: false,
  light: false,
  load: {
    steadyCallsPerS: 600,
    peakCallsPerS: 1000,
    peakConnectsPerS: 250,
    maxHandshakes: 256,
    partial: false,
    ...load,
  },
  ...changes,
});

export const session = (changes: Partial<TlsSession> = {}): TlsSession => ({
  ms: 3.2,
  version: 'TLSv1.3',
  refusal: null,
  subject: 'csms.example',
  issuer: 'Example CA',
  validTo: new Date('2027-03-01T00:00:00Z'),
  verified: true,
  ...changes,
});

export const target = (changes: Partial<TargetFacts> = {}): TargetFacts => ({
  endpoint: parseEndpoint('wss://csms.example/ocpp/{id}'),
  dns: { addresses: ['10.0.0.5'], ms: 1.2 },
  tcp: { address: '10.0.0.5', ms: 0.4 },
  tls: session(),
  isHere: false,
  ...changes,
});

export const failed = (code: string) => ({ error: Object.assign(new Error(code), { code }) });

export const lived = (changes: Partial<LifeFacts> = {}): LifeFacts => ({
  dialect: 'as-logged',
  failure: null,
  failureDetail: '',
  urlHasCredentials: false,
  booted: true,
  upgradeMs: 2.1,
  bootMs: 3.4,
  answered: 12,
  errors: [],
  errorCode: '',
  unanswered: [],
  refused: [],
  charged: true,
  ...changes,
});
