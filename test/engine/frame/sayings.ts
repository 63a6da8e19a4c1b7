/** Random contents of messages. */
import fc from 'fast-check';
import type { Saying } from './messages.ts';

/** Whole numbers of every width, so that small ones are as likely as large ones. */
export function wholes(max: number): fc.Arbitrary<number> {
  return fc
    .tuple(fc.integer({ min: 0, max: Math.floor(Math.log2(max)) }), fc.double({ min: 0, max: 1 }))
    .map(([bits, part]) => Math.min(max, Math.floor(2 ** bits * (1 + (part || 0))) - 1));
}

const signed = (max: number) =>
  fc.tuple(wholes(max), fc.boolean()).map(([n, negative]) => (negative && n > 0 ? -n : n));

const decimals = (count: number, maxUnits: number) =>
  wholes(maxUnits).map((units) => {
    const digits = String(units).padStart(count + 1, '0');
    return `${digits.slice(0, -count)}.${digits.slice(-count)}`;
  });

/** From 1970 to the end of 2099. */
const seconds = fc.nat(Date.UTC(2100, 0) / 1000 - 1);

/** What OCPP lets an idTag be: up to 20 characters of ASCII. */
export const asciiTag = fc.stringMatching(/^[ -~]{1,20}$/);
/** And what the writer takes beyond that: quotes, backslashes, any Unicode, more than 255 bytes. */
export const anyTag = fc.oneof(
  asciiTag,
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.stringMatching(/^["\\é€]{0,15}$/),
);

export const transactionIds = fc.oneof(
  fc.constantFrom(0, -1, 1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, 1 - 2 ** 53),
  signed(2 ** 53 - 1),
);

export function sayings(idTag: fc.Arbitrary<string>): fc.Arbitrary<Saying> {
  const volts = decimals(1, 9999);
  return fc.record({
    id: wholes(2 ** 32 - 1),
    identity: fc.oneof(fc.stringMatching(/^[0-9]{16}$/), idTag),
    idTag,
    connector: fc.nat(20),
    transactionId: transactionIds,
    meterStartWh: wholes(2 ** 40),
    meterStopWh: wholes(2 ** 53 - 1),
    reservationId: signed(2 ** 31 - 1),
    timestamp: seconds,
    startTime: seconds,
    endTime: seconds,
    energyKwh: decimals(2, 2 ** 31 - 1),
    energyWh: wholes(2 ** 53 - 1),
    powerW: wholes(350_000),
    currentA: decimals(2, 99_999),
    voltage1V: volts,
    voltage2V: volts,
    voltage3V: volts,
    temperatureC: signed(200),
    recordId: wholes(2 ** 32 - 1),
    cost: decimals(2, 2 ** 31 - 1),
  });
}
