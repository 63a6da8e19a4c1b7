import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  createReply,
  NOT_UTF8,
  parseReply,
  REPLY_STATUSES,
  type Reply,
  ReplyStatus,
  scanReply,
  UNREADABLE,
} from '../../../src/engine/frame/reply.ts';
import { answers, mutated, spelled } from './answers.ts';

/** In a buffer whose other bytes would go on with the JSON, or break it. */
function embed(message: Buffer): [bytes: Buffer, start: number, end: number] {
  const [before, after] = [Buffer.from('[3,"1",'), Buffer.from('0]}"],"status":"Accepted"}]')];
  const bytes = Buffer.concat([before, message, after]);
  return [bytes, before.length, before.length + message.length];
}

function scan(message: Buffer | string): Reply {
  const reply = createReply();
  // What an earlier message left must not shine through.
  const stale = Buffer.from(
    '[3,"9",{"status":"Accepted","currentTime":"2021-11-09T15:54:39Z","interval":1,' +
      '"transactionId":1,"idTagInfo":{"status":"x"}}]',
  );
  scanReply(stale, 0, stale.length, reply);
  scanReply(...embed(Buffer.from(message as string)), reply);
  return reply;
}

function parse(message: Buffer | string): Reply {
  const reply = createReply();
  parseReply(...embed(Buffer.from(message as string)), reply);
  return reply;
}

const isJson = (bytes: Buffer) => {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
};

function expectSame(message: Buffer | string): void {
  const bytes = Buffer.from(message as string);
  const scanned = scan(bytes);
  expect(scanned).toEqual(parse(bytes));
  if (!isUtf8(bytes)) expect(scanned.type).toBe(NOT_UTF8);
  else if (!isJson(bytes)) expect(scanned.type).toBe(UNREADABLE);
}

/** JSON of a `currentTime`: most are moments, one character may be escaped. */
const timeText = fc
  .tuple(
    fc.constantFrom('2021-11-09T15:54:39', '2021-11-09 15:54:39', '2021-02-30T00:00:00', 'now'),
    fc.constantFrom('', '.3', '.397', '.123456'),
    fc.constantFrom('', 'Z', '+00:00', '+0800', '-05:30', '+8'),
    fc.option(fc.nat(18), { nil: -1 }),
  )
  .map(([second, fraction, zone, escaped]) => {
    const code = second.charCodeAt(escaped).toString(16).padStart(4, '0');
    const isEscaped = escaped >= 0 && escaped < second.length;
    const start = isEscaped
      ? `${second.slice(0, escaped)}\\u${code}${second.slice(escaped + 1)}`
      : second;
    return `"${start}${fraction}${zone}"`;
  })
  .chain((text) => fc.constantFrom(text, text, text, '1', 'null'));

describe('scanning and parsing agree', () => {
  test('on any JSON, bare and as the payload of each message type', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(5), (json, type) => {
        expectSame(json);
        expectSame(`[${type},"7",${json}]`);
        expectSame(`[${type},"7","Code","text",${json}]`);
        expectSame(`[3,"7",{"status":${json},"idTagInfo":${json},"interval":${json}}]`);
        expectSame(`[3,"7",{"idTagInfo":{"status":${json}},"currentTime":${json}}]`);
      }),
      { numRuns: 300 },
    );
  });

  test('on answers in any spelling: white space, key order, doubles, escapes, numbers', () => {
    fc.assert(
      fc.property(spelled, (message) => {
        expect(isJson(Buffer.from(message))).toBe(true);
        expectSame(message);
      }),
      { numRuns: 1500 },
    );
  });

  test('on times, as central systems write them, with escapes in any place', () => {
    fc.assert(
      fc.property(fc.array(timeText, { minLength: 1, maxLength: 3 }), (texts) => {
        const members = texts.map((text) => `"currentTime":${text}`);
        expectSame(`[3,"7",{${members.join(',')}}]`);
        // The last of equal keys counts.
        const last = parse(`[3,"7",{${members.at(-1)}}]`);
        expect(scan(`[3,"7",{${members.join(',')}}]`)).toEqual(last);
      }),
      { numRuns: 500 },
    );
  });

  test('on spoilt ones: cut short, junk inside and behind, bytes that are no UTF-8', () => {
    fc.assert(
      fc.property(mutated, (bytes) => expectSame(bytes)),
      { numRuns: 3000 },
    );
  });

  test('on every answer cut at every byte', () => {
    for (const answer of answers) {
      for (let end = 0; end <= answer.length; end++) expectSame(answer.slice(0, end));
    }
  });

  test('on every answer with every byte replaced', () => {
    const others = Buffer.from('"\\{}[],:0-.eE3 \n\t/~\u007ft', 'latin1');
    for (const answer of answers) {
      for (let at = 0; at < answer.length; at++) {
        for (const other of [...others, 0x00, 0x1f, 0x80, 0xc3, 0xff]) {
          const bytes = Buffer.from(answer);
          bytes[at] = other;
          expect(scan(bytes)).toEqual(parse(bytes));
        }
      }
    }
  });

  test.each([
    ...['0', '-0', '-', '00', '01', '-01', '+1', '1.', '.5', '1.0', '1e3', '1E+3', '1e', '0x10'],
    ...['1.5e-7', '123456789012345', '1234567890123456', '12345678901234567', '9007199254740993'],
    ...['1e400', '-1e400', 'NaN', 'Infinity', '0.1', '1_0', '1 0', 'true', 'nul', '1.2.3'],
    ...['-0.0', '0.30000000000000004', '99999999999999999999999999', '2147483648', '-2147483649'],
  ])('on the number %s', (number) => {
    expectSame(`[3,"7",{"transactionId":${number},"interval":${number}}]`);
    expectSame(`[3,"7",{"interval":1,"interval" : ${number} }]`);
    expectSame(`[3,"7",${number}]`);
    expectSame(`[${number},"7",{}]`);
  });

  test.each([10, 30, 31, 32, 33, 34, 35, 100, 5000, 30_000])('on a nesting of %i', (depth) => {
    for (const [open, close] of ['[]', ['{"a":', '}']]) {
      const nested = open.repeat(depth) + (open === '[' ? '' : '1') + close.repeat(depth);
      expectSame(`[3,"7",{"x":${nested},"status":"Accepted"}]`);
      expectSame(`[3,"7",{"idTagInfo":${nested},"status":"Accepted"}]`);
      expectSame(`[3,"7",{"idTagInfo":{"x":${nested}}}]`);
      expectSame(`[3,"7",${nested}]`);
      expectSame(`[3,"7",{"x":${nested.slice(0, -1)}}]`);
    }
  });
});

test('ordinary answers are scanned, only doubtful ones are parsed', () => {
  const parser = vi.spyOn(JSON, 'parse');
  const parses = (message: string) => {
    parser.mockClear();
    scan(message);
    return parser.mock.calls.length;
  };
  try {
    for (const answer of answers) {
      const isResult = answer.startsWith('[3');
      expect([answer, parses(answer)]).toEqual([answer, isResult ? 0 : 1]);
    }
    const spaced = ' [ 3 , "7" ,\n{ "unknown" : [ 1.5, { "a" : null } ] , "status" : "Other" } ] ';
    expect(parses(spaced)).toBe(0);
    expect(parses('[3,"7",{"status":"Acc\\u0065pted"}]')).toBe(1);
    expect(parses('[3,"7",{"interval":6e1}]')).toBe(1);
    expect(parses('[3,"7",{"note":"é"}]')).toBe(1);
  } finally {
    parser.mockRestore();
  }
});

describe('what an answer says', () => {
  test('a BootNotification, as in the log', () => {
    const currentTime = '2021-11-09T15:54:39.397';
    expect(
      scan(`[3,"100",{"currentTime":"${currentTime}","interval":60,"status":"Accepted"}]`),
    ).toEqual({
      ...{ type: 3, id: 100, status: ReplyStatus.accepted, idTagStatus: ReplyStatus.none },
      ...{ interval: 60, transactionId: Number.NaN, hasCurrentTime: true, payloadIsObject: true },
      ...{ currentTimeMs: Date.parse(`${currentTime}Z`), currentTimeHasZone: false },
    });
  });

  test('a StartTransaction, as in the log', () => {
    const info = '{"expiryDate":"2021-11-09T16:20:36","parentIdTag":"138","status":"Accepted"}';
    expect(scan(`[3,"112",{"idTagInfo":${info},"transactionId":701}]`)).toEqual({
      ...{ type: 3, id: 112, status: ReplyStatus.none, idTagStatus: ReplyStatus.accepted },
      ...{ interval: Number.NaN, transactionId: 701, hasCurrentTime: false, payloadIsObject: true },
      ...{ currentTimeMs: Number.NaN, currentTimeHasZone: false },
    });
  });

  test.each(REPLY_STATUSES.slice(1, ReplyStatus.other).map((name, i) => [name, i + 1] as const))(
    'status %s',
    (name, index) => {
      for (const text of [
        `"${name}"`,
        `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"`,
      ]) {
        expect(scan(`[3,"1",{"status":${text}}]`).status).toBe(index);
        expect(scan(`[3,"1",{"idTagInfo":{"status":${text}}}]`).idTagStatus).toBe(index);
      }
    },
  );

  test.each([
    ['"accepted"', ReplyStatus.other],
    ['"Acceptedx"', ReplyStatus.other],
    ['""', ReplyStatus.other],
    ['"?"', ReplyStatus.other],
    ['null', ReplyStatus.none],
    ['1', ReplyStatus.none],
    ['["Accepted"]', ReplyStatus.none],
  ])('status %s', (text, status) => {
    expect(scan(`[3,"1",{"status":${text}}]`).status).toBe(status);
  });

  test.each([
    ['0', 0],
    ['2147483647', 2147483647],
    ['2147483648', -1],
    ['4294967396', -1],
    ['9999999999', -1],
    ['01', -1],
    ['-1', -1],
    ['', -1],
    ['1 ', -1],
    ['1e2', -1],
    ['100x', -1],
    ['\\u0031', 1],
  ])('id "%s" is %i', (id, expected) => {
    for (const message of [`[3,"${id}",{}]`, `[4,"${id}","GenericError","",{}]`]) {
      expect(scan(message).id).toBe(expected);
    }
  });

  test.each([
    ['[2,"1","Reset",{}]', 2],
    ['[2,"1","Reset"]', UNREADABLE],
    ['[2,"1",7,{}]', UNREADABLE],
    ['[3,"1",{}]', 3],
    [' \n[ 3 ,\t"1" , { } ]\r\n', 3],
    ['[3,"1",null]', 3],
    ['[3,"1",[]]', 3],
    ['[3,"1"]', UNREADABLE],
    ['[3,"1",{},{}]', UNREADABLE],
    ['[3,1,{}]', UNREADABLE],
    ['[4,"1","GenericError","",{}]', 4],
    ['[4,"1","GenericError"]', 4],
    ['[4,"-1","FormatViolation","",{}]', 4],
    ['[5,"1",{}]', UNREADABLE],
    ['{"3":"1"}', UNREADABLE],
    ['', UNREADABLE],
    ['junk', UNREADABLE],
    ['\ufeff[3,"1",{}]', UNREADABLE],
    ['[3,"1",{}]7"}]', UNREADABLE],
  ])('%s is of type %i', (message, type) => expect(scan(message).type).toBe(type));

  test.each([
    ['2021-11-09T15:54:39.397', 397, false],
    ['2021-11-09T15:54:39Z', 0, true],
    ['2021-11-09T15:54:39.123456+00:00', 123, true],
    ['2021-11-09T23:54:39.5+08:00', 500, true],
    ['2021-11-09T15:54:39\\u005a', 0, true],
    ['Tue, 09 Nov 2021 15:54:39 GMT', Number.NaN, false],
    ['1636473279', Number.NaN, false],
    ['', Number.NaN, false],
  ])('currentTime "%s"', (text, ms, currentTimeHasZone) => {
    const currentTimeMs = Date.UTC(2021, 10, 9, 15, 54, 39, ms);
    const expected = { hasCurrentTime: true, currentTimeMs, currentTimeHasZone };
    expect(scan(`[3,"1",{"currentTime":"${text}"}]`)).toMatchObject(expected);
  });

  test('only a payload that is an object is one', () => {
    expect(scan('[3,"1",{}]').payloadIsObject).toBe(true);
    for (const payload of ['[]', 'null', '"{}"', '1', '[{"status":"Accepted"}]']) {
      expect(scan(`[3,"1",${payload}]`)).toMatchObject({ payloadIsObject: false, status: 0 });
    }
  });

  test('of equal keys the last one counts', () => {
    const both = (first: string, second: string) => scan(`[3,"1",{${first},${second}}]`);
    const [given, none] = ['"idTagInfo":{"status":"Blocked"}', '"idTagInfo":{}'];
    expect(both(given, none).idTagStatus).toBe(ReplyStatus.none);
    expect(both(none, given).idTagStatus).toBe(REPLY_STATUSES.indexOf('Blocked'));
    expect(both(given, '"idTagInfo":null').idTagStatus).toBe(ReplyStatus.none);
    expect(both('"interval":1', '"interval":2').interval).toBe(2);
    expect(both('"interval":1', '"interval":"2"').interval).toBeNaN();
    expect(both('"status":"Accepted"', '"status":1').status).toBe(ReplyStatus.none);
    expect(both('"currentTime":"x"', '"currentTime":1').hasCurrentTime).toBe(false);
    const [time, noText] = ['"currentTime":"2021-11-09T15:54:39Z"', '"currentTime":1'];
    const cleared = { currentTimeMs: Number.NaN, currentTimeHasZone: false };
    expect(both(time, noText)).toMatchObject(cleared);
    expect(both(time, '"currentTime":"x"')).toMatchObject({ ...cleared, hasCurrentTime: true });
    expect(both(noText, time).currentTimeMs).toBe(Date.UTC(2021, 10, 9, 15, 54, 39));
  });

  test('keys count where they belong, and no deeper', () => {
    const deep = '{"idTagInfo":{"x":{"status":"Blocked"},"idTagInfo":{"status":"Blocked"}}}';
    expect(scan(`[3,"1",${deep}]`)).toMatchObject({ status: 0, idTagStatus: 0 });
    const proto = '{"__proto__":{"status":"Accepted"}}';
    expect(scan(`[3,"1",${proto}]`).status).toBe(ReplyStatus.none);
  });
});
