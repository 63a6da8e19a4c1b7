/** What a witness of a run saw of its CALLs: a row a CALL, in columns, in their order. */

export interface CallLog {
  count: number;
  /** Of the charger's end of the connection. */
  ports: Uint16Array;
  ids: Uint32Array;
  /** On the witness's own clock. */
  callNs: Float64Array;
  /** NaN: no answer was seen. */
  answerNs: Float64Array;
}

export function emptyLog(capacity = 4096): CallLog {
  return {
    count: 0,
    ports: new Uint16Array(capacity),
    ids: new Uint32Array(capacity),
    callNs: new Float64Array(capacity),
    answerNs: new Float64Array(capacity),
  };
}

/** Returns the row. The columns may be other arrays afterwards. */
export function addCall(log: CallLog, port: number, id: number, callNs: number): number {
  if (log.count === log.ids.length) Object.assign(log, copied(log, emptyLog(log.count * 2)));
  const row = log.count++;
  log.ports[row] = port;
  log.ids[row] = id;
  log.callNs[row] = callNs;
  log.answerNs[row] = Number.NaN;
  return row;
}

function copied(from: CallLog, into: CallLog): CallLog {
  into.count = from.count;
  for (const column of COLUMNS) into[column].set(from[column].subarray(0, from.count));
  return into;
}

const COLUMNS = ['callNs', 'answerNs', 'ids', 'ports'] as const;

/** The columns one after the other, in the machine's own byte order. */
export function logBytes(log: CallLog): Buffer {
  const parts = COLUMNS.map((column) => log[column].subarray(0, log.count));
  return Buffer.concat(parts.map((p) => Buffer.from(p.buffer, p.byteOffset, p.byteLength)));
}

const ROW_BYTES = 8 + 8 + 4 + 2;

export function logFrom(bytes: Buffer): CallLog {
  const count = bytes.length / ROW_BYTES;
  if (!Number.isInteger(count)) throw new Error(`${bytes.length} bytes are no log of CALLs`);
  const aligned = new Uint8Array(bytes).buffer;
  return {
    count,
    callNs: new Float64Array(aligned, 0, count),
    answerNs: new Float64Array(aligned, count * 8, count),
    ids: new Uint32Array(aligned, count * 16, count),
    ports: new Uint16Array(aligned, count * 20, count),
  };
}

/** For each row of `log` the row of `other` with the same connection and id; -1 without one. */
export function matchLogs(log: CallLog, other: CallLog): Int32Array {
  const rows = new Map<number, number>();
  for (let row = 0; row < other.count; row++) rows.set(keyOf(other, row), row);
  return Int32Array.from({ length: log.count }, (_, row) => rows.get(keyOf(log, row)) ?? -1);
}

const keyOf = ({ ports, ids }: CallLog, row: number) => ports[row] * 2 ** 32 + ids[row];

export function answeredCount({ answerNs, count }: CallLog): number {
  let answered = 0;
  for (let row = 0; row < count; row++) if (!Number.isNaN(answerNs[row])) answered++;
  return answered;
}

/** From CALL to answer, ms; NaN without an answer. */
export function serviceTimesMs({ callNs, answerNs, count }: CallLog): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => (answerNs[row] - callNs[row]) / 1e6);
}

/**
 * From when a periodic CALL was due to its answer, ms, as an outsider sees it: the n-th of a
 * connection is due at its origin + n x interval, and its origin is where the most punctual of its
 * CALLs puts it. Right to within the lateness of that one; none may have been left out.
 */
export function responseTimesMs(log: CallLog, intervalNs: number): Float64Array {
  const { ports, callNs, answerNs, count } = log;
  const origins = new Map<number, number>();
  const numbers = new Uint32Array(count);
  const seen = new Map<number, number>();
  for (let row = 0; row < count; row++) {
    const port = ports[row];
    const n = seen.get(port) ?? 0;
    seen.set(port, n + 1);
    numbers[row] = n;
    const originNs = callNs[row] - n * intervalNs;
    origins.set(port, Math.min(origins.get(port) ?? originNs, originNs));
  }
  return Float64Array.from({ length: count }, (_, row) => {
    const dueNs = (origins.get(ports[row]) as number) + numbers[row] * intervalNs;
    return (answerNs[row] - dueNs) / 1e6;
  });
}
