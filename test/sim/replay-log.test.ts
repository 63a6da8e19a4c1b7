/** The charger's log, exchange by exchange, against a virtual charger in the simulation. */
import { describe, expect, test } from 'vitest';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import {
  parseEndpoint,
  readUpgradeAnswer,
  upgradeRequest,
} from '../../src/engine/socket/handshake.ts';
import { validateCall, validateResult } from '../support/schemas.ts';
import { EXCHANGES } from './exchanges.ts';
import type { LogEntry } from './log.ts';
import { sentCalls } from './log.ts';
import { counterOf, countsOf } from './read.ts';
import {
  type Exchange,
  expectedTexts,
  frameText,
  IDENTITY,
  logFrame,
  logFrames,
  logText,
  normalised,
  replay,
  wordsOf,
} from './replay-log.ts';
import { simScenario } from './scenario.ts';
import { simulate } from './simulate.ts';

const titled = EXCHANGES.map((each) => [each.number, each.name, each] as const);
const exchangeOf = (number: number): Exchange => {
  const found = EXCHANGES.find((each) => each.number === number);
  if (found === undefined) throw new Error(`no exchange ${number}`);
  return found;
};

test('exchange 1, the handshake: header by header as the log, and its answer is taken', () => {
  const [, request, answer] =
    /Send Handshake:([\s\S]*?Version: 13\r?\n)[\s\S]*receive data: (HTTP[\s\S]*?)\/\//.exec(
      logText,
    ) ?? [];
  // The log writes `Host:` without the blank; the blank has no meaning (RFC 9110, 5.5).
  const lines = (text: string) =>
    text
      .trim()
      .split(/\r?\n/)
      .map((line) => line.replace(/^(\S+?): */, '$1: '));
  const headers = lines(request);
  const key = headers.find((line) => line.startsWith('Sec-WebSocket-Key'))?.split(': ')[1] ?? '';
  const { origin = null, password } = tonly48A();
  const endpoint = parseEndpoint('ws://192.0.2.10:9004');
  const ours = upgradeRequest(endpoint, IDENTITY, password, origin, key);
  expect(lines(ours)).toEqual(headers);
  const bytes = Buffer.from(`${lines(answer).join('\r\n')}\r\n\r\n`);
  expect(readUpgradeAnswer(bytes, key, 0)).toEqual({ kind: 'upgraded', headerBytes: bytes.length });
});

describe('as-logged', () => {
  test.each(titled)('exchange %i, %s: the frames of the log', async (_, __, exchange) => {
    const { frames, simulation } = await replay(exchange, 'as-logged');
    expect(frames.map(({ text }) => normalised(text))).toEqual(
      expectedTexts(exchange).map(normalised),
    );
    expectIds(simulation.entries, true);
  });
});

describe('standard', () => {
  test.each(titled)('exchange %i, %s: valid frames', async (_, __, exchange) => {
    const { frames, simulation } = await replay(exchange, 'standard');
    const expected = exchange.standard ?? expectedTexts(exchange).map(wordsOf);
    expect(frames.map(({ text }) => wordsOf(text))).toEqual(expected);
    expect(invalid(simulation.entries)).toEqual([]);
    expectIds(simulation.entries, false);
  });
});

/** A decimal counter from 100; as logged it begins again with each boot. */
function expectIds(entries: readonly LogEntry[], restarts: boolean): void {
  let next = 100;
  for (const { id, action } of sentCalls(entries)) {
    if (restarts && action === 'BootNotification') next = 100;
    expect(id).toBe(String(next++));
  }
  expect(next).toBeGreaterThan(101);
}

/** What the schemas say of all frames of the charger: CALLs, and answers to the log's commands. */
function invalid(entries: readonly LogEntry[]): string[] {
  const commands = new Map<string, string>();
  return entries.flatMap(({ kind, text }) => {
    if (kind !== '>' && kind !== '<') return [];
    const [type, id, ...rest] = JSON.parse(text);
    if (kind === '<' && type === 2) commands.set(id, rest[0]);
    if (kind === '<') return [];
    const errors =
      type === 2 ? validateCall(rest[0], rest[1]) : validateResult(commands.get(id) ?? id, rest[0]);
    return errors.map((error) => `${text}: ${error}`);
  });
}

describe('beyond the frames', () => {
  test('every exchange of the reference is there', () => {
    expect(EXCHANGES.map(({ number }) => number)).toEqual(
      Array.from({ length: 17 }, (_, i) => i + 2),
    );
  });

  test('every regular frame of the charger in the log is compared', () => {
    const compared = new Set(EXCHANGES.flatMap(({ frames }) => frames));
    const left = logFrames.filter(
      ({ direction, irregular, lineNumber }) =>
        direction === 'charger' && irregular === null && !compared.has(lineNumber),
    );
    expect(left).toEqual([]);
  });

  test('exchange 4: the first after the interval of the boot, then every 60 s', async () => {
    const { frames, simulation } = await replay(exchangeOf(4), 'as-logged');
    const answered = simulation.entries.find(({ kind }) => kind === '<')?.atNs ?? Number.NaN;
    const afterS = frames.map(({ atNs }) => (atNs - answered) / 1e9);
    expect(afterS.map((s) => Math.round(s * 1000) / 1000)).toEqual([60, 120, 180]);
  });

  test('exchange 5, standard: what was asked for is unknown', async () => {
    const { frames } = await replay(exchangeOf(5), 'standard');
    expect(JSON.parse(frames[0].text)[2]).toEqual({
      configurationKey: [],
      unknownKey: ['WIFI_SSID_Key', 'WIFI_PassWordKey'],
    });
  });

  test("exchange 7: the log's own profile holds the current at 32 A", async () => {
    const { frames } = await replay(exchangeOf(7), 'as-logged');
    const [first, second] = frames.slice(-2).map(({ text }) => currentsOf(text));
    expect(first).toEqual(['0.00', '0.00', '0.00']);
    // The limit is kept as a power: the current follows the voltage by less than a percent.
    for (const current of second) expect(Math.abs(Number(current) - 32)).toBeLessThan(0.3);
  });

  test('exchange 10: the first at the start of the transaction, then every 60 s', async () => {
    const { simulation } = await replay(exchangeOf(10), 'as-logged');
    const calls = sentCalls(simulation.entries);
    const start = calls.find(({ action }) => action === 'StartTransaction')?.payload.timestamp;
    const secondsOf = (text: string) => (Date.parse(`${text}Z`) - Date.parse(`${start}Z`)) / 1000;
    const samples = calls.filter(({ action }) => action === 'MeterValues');
    const times = samples.map(({ payload }) => secondsOf(payload.meterValue[0].timestamp));
    expect(times.slice(0, 3)).toEqual([0, 60, 120]);
  });

  test.each([
    ['as-logged', '2021-11-09T15:54:40'],
    ['standard', '2021-11-09T15:54:40Z'],
  ] as const)("exchange 9, %s: the clock follows the boot's currentTime", async (dialect, at) => {
    // Line 24 says 15:54:39.397 without a zone: the charger's own time. A second has passed.
    const { frames } = await replay(exchangeOf(9), dialect);
    expect(JSON.parse(frames[0].text)[3].timestamp).toBe(at);
  });

  test('exchange 5: a command is answered while our own CALL is outstanding', async () => {
    const run = await simulate({
      scenario: simScenario({ duration: '5s' }),
      behaviour: {
        onCall({ action, nth }, peer) {
          const first = action === 'StatusNotification' && nth === 1;
          if (first) peer.send(frameText(48));
          return first;
        },
      },
    });
    expect(run.central.commandAnswers).toHaveLength(1);
    expect(run.central.commandAnswers[0]).toMatch(/^\[3,"2021119161654531",/);
    expect(countsOf(run, 'StatusNotification')).toMatchObject({ sent: 1, answered: 0 });
  });

  test('exchange 11: the reason is left out as logged, and told in standard', async () => {
    const reasonIn = async (dialect: 'as-logged' | 'standard') => {
      const { simulation } = await replay(exchangeOf(11), dialect);
      const calls = sentCalls(simulation.entries);
      return calls.find(({ action }) => action === 'StopTransaction')?.payload.reason;
    };
    expect(await reasonIn('as-logged')).toBeUndefined();
    expect(await reasonIn('standard')).toBe('Remote');
  });
});

const currentsOf = (text: string): string[] =>
  JSON.parse(text)[3]
    .meterValue[0].sampledValue.slice(1, 4)
    .map(({ value }: { value: string }) => value);

describe('irregular lines', () => {
  /** Line, what the parser says of it, and what the virtual charger makes of it. */
  const irregular = [
    [33, 'answers 102, which is not in the log', 'no answer to 103'],
    [113, 'answers 100 again', 'a triggered boot has id 100 again'],
    [126, 'answers 202111101634533576 again', "answers under the CALL's own id"],
    [135, 'text after the frame', 'with the text it is not answered'],
    [139, 'id 103 was used before', 'told once'],
    [140, 'id 102 was used before', 'has an id of its own'],
    [142, 'id 103 was used before', 'told once'],
  ] as const;

  test.each(irregular)('line %i %s: %s', (lineNumber, why) => {
    expect(logFrame(lineNumber).irregular).toBe(why);
  });

  test('there are no others', () => {
    const lines = logFrames
      .filter((each) => each.irregular !== null)
      .map((each) => each.lineNumber);
    expect(lines).toEqual(irregular.map(([lineNumber]) => lineNumber));
  });

  /** The central system says this after the boot, and answers no status. */
  const afterBoot = (text: string) =>
    simulate({
      scenario: simScenario({ duration: '10s', callTimeout: '3s' }),
      behaviour: {
        onCall({ action }, peer) {
          if (action === 'StatusNotification') peer.after(8, () => peer.send(text));
          return action === 'StatusNotification';
        },
      },
    });

  test('line 33: an answer under another id answers nothing', async () => {
    // Our status is 101 and theirs was 103: the answer is for a CALL that was never sent.
    const run = await afterBoot(frameText(33));
    expect(counterOf(run, 'unknownId')).toBe(1);
    expect(countsOf(run, 'StatusNotification')).toMatchObject({ answered: 0, timedOut: 1 });
  });

  test('line 135: a command with text behind it is dropped', async () => {
    const run = await afterBoot(logFrame(135).text);
    expect(run.central.commandAnswers).toEqual([]);
    expect(run.notes.unanswerable).toBeDefined();
    expect(sentCalls(run.entries).map(({ action }) => action)).not.toContain(
      'FirmwareStatusNotification',
    );
  });
});
