/** What a hostile central system sends to a charger, and how fast. */
import type { MutableCounters } from '../counters.ts';
import type { Faults, HostileKind } from '../faults.ts';

/** As much of `WebSocket` as it takes. */
export interface Victim {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(message: string | Buffer): void;
  once(event: 'close', listener: () => void): unknown;
}

export const NO_SUCH_CONNECTOR = 99;
const HUGE_BYTES = 1_000_000;
const NESTED = 10_000;
const TICK_MS = 10;
const MOST_A_TICK = 1_000;
/** A charger that does not read must not cost the system its memory. */
const MAX_BUFFERED_BYTES = 16 << 20;
const OPEN = 1;

const PER_SECOND: Readonly<Record<HostileKind, number>> = {
  garbage: 500,
  huge: 5,
  flood: 10_000,
  deep: 20,
  duplicateIds: 200,
  noSuchConnector: 100,
};

const GARBAGE: readonly (string | Buffer)[] = [
  '',
  '}',
  '<html><body>502 Bad Gateway</body></html>',
  'null',
  '[]',
  '[2]',
  '[2,null,"Reset",{}]',
  '[2,{},[],7]',
  '[2,"g","Reset"]',
  '[2,"g",null,{}]',
  '[9,"g","Reset",{"type":"Hard"}]',
  '[3]',
  '[3,"never-used",{}]',
  '[4,"never-used"]',
  '[2,"g","__proto__",{"__proto__":{}}]',
  `[2,"${'g'.repeat(1000)}","ClearCache",{}]`,
  Buffer.from([0, 0xff, 0xfe]),
  Buffer.from('[2,"g","ClearCache",{}]'),
];

/** The `n`-th message, from 0. */
export function hostileMessage(kind: HostileKind, n: number): string | Buffer {
  switch (kind) {
    case 'garbage':
      return GARBAGE[n % GARBAGE.length];
    case 'huge':
      return call(n, 'DataTransfer', `{"vendorId":"x","data":"${'x'.repeat(HUGE_BYTES)}"}`);
    case 'flood':
      return call(n, 'GetConfiguration', '{}');
    case 'deep': {
      const nested = '['.repeat(NESTED) + ']'.repeat(NESTED);
      return call(n, 'DataTransfer', `{"vendorId":"x","data":{"deep":${nested}}}`);
    }
    case 'duplicateIds':
      return '[2,"hostile","GetConfiguration",{}]';
    case 'noSuchConnector': {
      const [action, rest] = CONNECTOR_COMMANDS[n % CONNECTOR_COMMANDS.length];
      return call(n, action, `{"connectorId":${NO_SUCH_CONNECTOR}${rest}}`);
    }
  }
}

const CONNECTOR_COMMANDS = [
  ['UnlockConnector', ''],
  ['ChangeAvailability', ',"type":"Inoperative"'],
  ['RemoteStartTransaction', ',"idTag":"13800000001"'],
  ['TriggerMessage', ',"requestedMessage":"StatusNotification"'],
  ['GetCompositeSchedule', ',"duration":60'],
  ['ClearChargingProfile', ''],
] as const;

const call = (n: number, action: string, payload: string) => `[2,"h-${n}","${action}",${payload}]`;

/** Until the connection closes. */
export function torment(faults: Faults, victim: Victim, counters: MutableCounters): void {
  const kind = faults.hostile;
  if (kind === undefined) return;
  const perMs = (faults.hostilePerS ?? PER_SECOND[kind]) / 1000;
  const startMs = performance.now();
  let sent = 0;
  const ticker = setInterval(() => {
    const due = Math.floor((performance.now() - startMs) * perMs);
    const most = sent + MOST_A_TICK;
    while (sent < Math.min(due, most) && victim.readyState === OPEN) {
      if (victim.bufferedAmount > MAX_BUFFERED_BYTES) break;
      victim.send(hostileMessage(kind, sent++));
      counters.hostileSent++;
    }
  }, TICK_MS).unref();
  victim.once('close', () => clearInterval(ticker));
}
