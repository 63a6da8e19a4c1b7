/** Answers of central systems in every spelling of JSON, and spoilt ones. */
import fc from 'fast-check';

/** As an ordinary central system writes them. */
export const answers: readonly string[] = [
  '[3,"100",{"currentTime":"2021-11-09T15:54:39.397","interval":60,"status":"Accepted"}]',
  '[3,"101",{}]',
  '[3,"104",{"currentTime":"2021-11-09T15:55:20.215Z"}]',
  '[3,"111",{"idTagInfo":{"expiryDate":"2021-11-09T16:20:36.224","status":"Accepted"}}]',
  '[3,"112",{"idTagInfo":{"parentIdTag":"138","status":"ConcurrentTx"},"transactionId":-701}]',
  '[3,"136",{"status":"UnknownVendorId","data":"[1,2.5e3]"}]',
  '[4,"137","FormationViolation","not \\"good\\"",{"details":[null,true,false]}]',
  '[2,"2021119161654531","GetConfiguration",{"key":["WIFI_SSID_Key"]}]',
];

const blank = fc.stringMatching(/^[ \n\r\t]{0,2}$/);
const STATUSES = ['Accepted', 'Pending', 'Rejected', 'Blocked', 'Expired', 'Invalid', 'Unheard'];

/** A JSON text for `value`, some of its characters escaped in one of the ways there are. */
function textOf(value: string): fc.Arbitrary<string> {
  return fc.array(fc.nat(20), { minLength: value.length, maxLength: value.length }).map((ways) => {
    const characters = Array.from(value, (character, i) => {
      const code = character.charCodeAt(0).toString(16).padStart(4, '0');
      if (character.length === 1 && ways[i] === 0) return `\\u${code}`;
      if (character.length === 1 && ways[i] === 1) return `\\u${code.toUpperCase()}`;
      if (character === '/' && ways[i] < 10) return '\\/';
      return JSON.stringify(character).slice(1, -1);
    });
    return `"${characters.join('')}"`;
  });
}

const plain = fc.oneof(
  fc.constantFrom(...STATUSES, '2021-11-09T15:54:39.397Z', 'http://a/b', ''),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const text = plain.chain((value) => fc.oneof(fc.constant(JSON.stringify(value)), textOf(value)));

const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => JSON.stringify(x)),
  fc.stringMatching(/^-?(0|[1-9]\d{0,18})(\.\d{1,18})?([eE][+-]?\d{1,3})?$/),
);

const scalar = fc.oneof(text, number, fc.constantFrom('true', 'false', 'null'));

const key = fc
  .constantFrom(
    ...['status', 'interval', 'transactionId', 'currentTime', 'idTagInfo', 'expiryDate'],
    ...['Status', 'statu', 'statuss', 'extra', '__proto__', ''],
  )
  .chain((name) => fc.oneof({ weight: 8, arbitrary: fc.constant(`"${name}"`) }, textOf(name)));

const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, tie('object'), tie('list')),
  list: fc
    .array(fc.tuple(blank, tie('value'), blank), { maxLength: 3 })
    .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
  object: fc
    .tuple(
      blank,
      fc.array(fc.tuple(blank, key, blank, blank, tie('value'), blank), { maxLength: 6 }),
    )
    .map(([inside, entries]) => {
      const members = entries.map(([a, name, b, c, what, d]) => `${a}${name}${b}:${c}${what}${d}`);
      return `{${entries.length === 0 ? inside : members.join(',')}}`;
    }),
}));

const id = fc.oneof(
  fc.nat().map((n) => `"${n}"`),
  fc.constantFrom('"0"', '"-1"', '"007"', '"4294967296"', '""', '100', 'null'),
  text,
);

/** Valid JSON that has the shape of an OCPP-J message, or nearly. */
export const spelled = fc
  .tuple(fc.constantFrom('3', '3', '3', '4', '2', '3.0', '30e-1', '5'), id, value, fc.array(blank))
  .map(([type, messageId, payload, blanks]) => {
    const gap = (i: number) => blanks[i] ?? '';
    const head = `${gap(0)}[${gap(1)}${type}${gap(2)},${gap(3)}${messageId}${gap(4)}`;
    return `${head},${gap(5)}${payload}${gap(6)}]${gap(7)}`;
  });

const JUNK = [
  '7"}]',
  ']',
  '}',
  '"',
  ',',
  '\\',
  '\u0000',
  '\u001f',
  'é',
  '\u2028',
  '{}',
  '[]',
  '\f',
];
const piece = fc.oneof(
  fc.constantFrom(...JUNK).map((junk) => Buffer.from(junk)),
  fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom([0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xc0, 0x80])
    .map((bytes) => Buffer.from(bytes)),
);
const place = fc.double({ min: 0, max: 1, noNaN: true });

type Mutation = (message: Buffer) => Buffer;
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  place.map((at) => (message: Buffer) => message.subarray(0, Math.floor(at * message.length))),
  piece.map((junk) => (message: Buffer) => Buffer.concat([message, junk])),
  fc.tuple(place, piece).map(([at, junk]) => (message: Buffer) => {
    const cut = Math.floor(at * message.length);
    return Buffer.concat([message.subarray(0, cut), junk, message.subarray(cut)]);
  }),
  fc.tuple(place, fc.integer({ min: 1, max: 4 })).map(([at, bytes]) => (message: Buffer) => {
    const cut = Math.floor(at * message.length);
    return Buffer.concat([message.subarray(0, cut), message.subarray(cut + bytes)]);
  }),
  fc.tuple(place, piece).map(([at, junk]) => (message: Buffer) => {
    const changed = Buffer.from(message);
    junk.copy(changed, Math.floor(at * message.length));
    return changed;
  }),
);

/** Messages after one to three mutations; a few come out valid. */
export const mutated = fc
  .tuple(
    fc.oneof(fc.constantFrom(...answers), spelled),
    fc.array(mutation, { minLength: 1, maxLength: 3 }),
  )
  .map(([message, mutations]) =>
    mutations.reduce<Buffer>((bytes, mutate) => mutate(bytes), Buffer.from(message)),
  );
