/**
 * Reads ISO 8601 moments from bytes, without garbage: `2021-11-09T15:54:39.397`, with `Z`, an
 * offset or nothing behind it. Central systems write all of these, and worse.
 */

export interface Moment {
  /** ms since 1970; without a zone as if it were UTC. NaN: no such text. */
  epochMs: number;
  /** Whether a zone was read; false when `epochMs` is NaN. */
  hasZone: boolean;
}

const DATE_BYTES = 10;
const MINUTE_BYTES = 17;
const SECOND_BYTES = 19;
/** Of `readZone`: no zone stands there. */
const NO_ZONE = -10_000;

/** `2021-11-09T15:54:` as it was last read: nearly all answers of a moment begin alike. */
const lastMinute = new Uint8Array(MINUTE_BYTES);
let lastMinuteMs = Number.NaN;

/** Fills `out` from the text in `bytes[start..end)`. A fraction is cut to whole ms. */
export function readMoment(bytes: Uint8Array, start: number, end: number, out: Moment): void {
  out.epochMs = Number.NaN;
  out.hasZone = false;
  if (end - start < SECOND_BYTES) return;
  if (!isLastMinute(bytes, start) && !keepMinute(bytes, start)) return;
  const seconds = pair(bytes, start + MINUTE_BYTES);
  if (seconds < 0 || seconds > 59) return;
  const zoneAt = skipFraction(bytes, start + SECOND_BYTES, end);
  if (zoneAt < 0) return;
  const zoneMin = zoneAt === end ? 0 : readZone(bytes, zoneAt, end);
  if (zoneMin === NO_ZONE) return;
  const restMs = seconds * 1000 + fractionMs(bytes, start + SECOND_BYTES + 1, zoneAt);
  out.epochMs = lastMinuteMs + restMs - zoneMin * 60_000;
  out.hasZone = zoneAt < end;
}

function isLastMinute(bytes: Uint8Array, start: number): boolean {
  // The minutes differ first.
  for (let i = MINUTE_BYTES - 1; i >= 0; i--) if (bytes[start + i] !== lastMinute[i]) return false;
  return true;
}

/** Reads the 17 bytes of a minute and keeps them; false when they are none. */
function keepMinute(bytes: Uint8Array, start: number): boolean {
  const separator = bytes[start + DATE_BYTES] | 0x20;
  if (separator !== 0x74 && bytes[start + DATE_BYTES] !== 0x20) return false;
  if (bytes[start + 13] !== 0x3a || bytes[start + 16] !== 0x3a) return false;
  const days = readDays(bytes, start);
  const hours = pair(bytes, start + 11);
  const minutes = pair(bytes, start + 14);
  if (days === NO_DAY || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
  for (let i = 0; i < MINUTE_BYTES; i++) lastMinute[i] = bytes[start + i];
  lastMinuteMs = (days * 1440 + hours * 60 + minutes) * 60_000;
  return true;
}

/** Two digits; -1 when they are none. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - 48;
  const ones = bytes[at + 1] - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** Of `readDays`: no day stands there. */
const NO_DAY = -10_000_000;

/** `2021-11-09` in days since 1970, by Howard Hinnant's algorithm. */
function readDays(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d) return NO_DAY;
  const century = pair(bytes, at);
  const yearOfCentury = pair(bytes, at + 2);
  const month = pair(bytes, at + 5);
  const day = pair(bytes, at + 8);
  if (century < 0 || yearOfCentury < 0 || month < 1 || month > 12) return NO_DAY;
  const year = century * 100 + yearOfCentury;
  if (day < 1 || day > daysOf(year, month)) return NO_DAY;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

const MONTH_DAYS = Uint8Array.from([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : MONTH_DAYS[month];
}

/** The position behind `.397`, if that stands at `start`; -1 for a dot without digits. */
function skipFraction(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end || bytes[start] !== 0x2e) return start;
  let at = start + 1;
  while (at < end && bytes[at] >= 48 && bytes[at] <= 57) at++;
  return at === start + 1 ? -1 : at;
}

/** The first three of the digits in `bytes[start..end)`, of which there may be none. */
function fractionMs(bytes: Uint8Array, start: number, end: number): number {
  let ms = 0;
  for (let i = 0; i < 3; i++) ms = ms * 10 + (start + i < end ? bytes[start + i] - 48 : 0);
  return ms;
}

/** `Z`, `+08:00` or `+0800` to the end of the text, in minutes east of UTC; or `NO_ZONE`. */
function readZone(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first === 0x5a || first === 0x7a) return end - at === 1 ? 0 : NO_ZONE;
  if (first !== 0x2b && first !== 0x2d) return NO_ZONE;
  const colonBytes = end - at === 6 && bytes[at + 3] === 0x3a ? 1 : 0;
  if (end - at !== 5 + colonBytes) return NO_ZONE;
  const hours = pair(bytes, at + 1);
  const minutes = pair(bytes, at + 3 + colonBytes);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return NO_ZONE;
  return (hours * 60 + minutes) * (first === 0x2d ? -1 : 1);
}
