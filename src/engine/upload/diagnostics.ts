/** The file that a charger uploads (exchange 16): its name, and lines like a log's. */
import { timeBytes } from '../frame/calendar.ts';

/** No file is larger, whatever the scenario asks for. */
export const MOST_DIAGNOSTICS_BYTES = 1_048_576;

const DATE_BYTES = 10;
const DASH = 0x2d;

/**
 * `<identity>-<YYYY-MM-DD>.txt`, as long as the identity and 15 more. `epochS` is the charger's own
 * time, whole seconds. What could lead out of the folder or end an FTP command becomes `_`.
 */
export function diagnosticsName(identity: string, epochS: number): string {
  const date = Buffer.from(timeBytes(epochS, DASH).subarray(0, DATE_BYTES)).toString('latin1');
  return `${identity.replace(/[\p{Cc}/\\]/gu, '_')}-${date}.txt`;
}

const EVENTS = [
  'self-test passed',
  'contactor closed',
  'energy meter answered',
  'residual current monitor tested',
  'control pilot 9 V',
  'contactor opened',
  'control pilot 12 V',
  'temperature normal',
];

/**
 * ASCII of exactly `bytes` bytes (at most `MOST_DIAGNOSTICS_BYTES`), the same for the same charger.
 * The lines repeat: a shard waits for this, and filling 1 MiB with them takes well under 1 ms.
 */
export function diagnosticsText(identity: string, bytes: number): Buffer {
  const size = Math.max(0, Math.min(MOST_DIAGNOSTICS_BYTES, Math.floor(bytes) || 0));
  const name = identity.replace(/[^ -~]/g, '_');
  const lines = EVENTS.map((event, i) => `${name} event ${i + 1}: ${event}\n`);
  const text = Buffer.alloc(size, lines.join(''), 'latin1');
  if (size > 0) text[size - 1] = 0x0a;
  return text;
}
