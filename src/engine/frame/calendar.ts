/**
 * Prints moments as digits, without `Date`: `2021-11-09T16:20:35` (19 bytes). What was printed last
 * is kept: most messages of a tick are about the same second, nearly all about the same minute.
 */
export const TIME_BYTES = 19;

const text = new Uint8Array(TIME_BYTES);
let printedMinute = Number.NaN;

/**
 * The 19 bytes of `epochS` (whole seconds since 1970), with `separator` between date and time. The
 * memory is used again by the next call.
 */
export function timeBytes(epochS: number, separator: number): Uint8Array {
  const minute = Math.floor(epochS / 60);
  if (minute !== printedMinute) {
    printedMinute = minute;
    printMinute(minute);
  }
  two(17, epochS - minute * 60);
  text[10] = separator;
  return text;
}

/** Days to civil date after Howard Hinnant's "chrono-compatible low-level date algorithms". */
function printMinute(minute: number): void {
  const days = Math.floor(minute / 1440);
  const minuteOfDay = minute - days * 1440;
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36524) -
      Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  two(0, Math.floor(year / 100));
  two(2, year % 100);
  text[4] = 0x2d;
  two(5, month);
  text[7] = 0x2d;
  two(8, day);
  two(11, Math.floor(minuteOfDay / 60));
  text[13] = 0x3a;
  two(14, minuteOfDay % 60);
  text[16] = 0x3a;
}

function two(at: number, value: number): void {
  const tens = (value / 10) | 0;
  text[at] = 48 + tens;
  text[at + 1] = 48 + value - tens * 10;
}
