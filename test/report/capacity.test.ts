import { describe, expect, test } from 'vitest';
import { withUsl } from '../../src/capacity/drive.ts';
import type { CapacityResult } from '../../src/capacity/result.ts';
import { uslThroughput } from '../../src/capacity/usl.ts';
import {
  capacityExit,
  capacityHeader,
  capacityText,
  probeLine,
} from '../../src/report/capacity.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { play, QUESTION, seen, tooSlow, upTo } from '../capacity/probes.ts';
import { expectGolden } from './golden.ts';

const LAW = { lambda: 0.2, sigma: 2e-5, kappa: 3e-7 };
const textOf = (result: CapacityResult) => capacityText(result, PLAIN_LOOK);
const firstLine = (result: CapacityResult) => textOf(result).trim().split('\n')[0];

describe('golden', () => {
  test('of what is asked', () => {
    const description = 'TONLY chargers on a working morning';
    const holds = { approachS: 15, answerS: 60 };
    const asked = { ...holds, description, alone: null, takesS: 583 };
    const one = capacityHeader(QUESTION, asked, PLAIN_LOOK);
    const embedded = { ...QUESTION, target: 'embedded', vary: 'rate' } as const;
    const facts = { ...holds, description: '', alone: 'the scenario has scripts', takesS: 61 };
    expectGolden('capacity-header.txt', one + capacityHeader(embedded, facts, PLAIN_LOOK));
  });

  test('of a limit, with a collapse on the way and a law that fits', async () => {
    let down = false;
    const { result } = await play((load, purpose) => {
      const answeredPerS = uslThroughput(LAW, load) * (1 + (load % 3) / 100);
      if (purpose === 'recovery') return seen(load);
      if (load > 1500 && !down) {
        down = true;
        const booted = Math.round(load / 5);
        const failure = `only ${booted} of ${load} chargers booted`;
        return seen(load, { booted, failure, failedShare: 0.61, isCollapse: true, answeredPerS });
      }
      const facts = load <= 1000 ? seen(load) : tooSlow(load, 1000);
      return { ...facts, answeredPerS };
    });
    expectGolden('capacity.txt', textOf(withUsl(result)));
  });

  test('of a line a probe', async () => {
    const { result } = await play(upTo(1000));
    const lines = result.probes.map((probe) => `${probeLine(probe, QUESTION)}\n`);
    expectGolden('capacity-lines.txt', lines.join(''));
  });
});

describe('each ending has its words and its exit code', () => {
  test('a limit of the generator has no number for the target', async () => {
    const unfit = (load: number) => seen(load, { trust: 'INVALID', generatorFault: 'busy 97 %' });
    const { result } = await play((load) => (load > 700 ? unfit(load) : seen(load)));
    expect(firstLine(result)).toMatch(/^GENERATOR LIMIT {2}at \d+ chargers: the target holds \d+/);
    expect(capacityExit(result)).toBe(124);
    const { result: none } = await play(unfit);
    expect(firstLine(none)).toMatch('at 100 chargers: nothing is known of the target');
  });

  test('what could not be told is no failure', async () => {
    const text = 'the target was still catching up';
    const doubt = { kind: 'catchingUp', text } as const;
    const { result } = await play((load) =>
      load > 400 ? { ...tooSlow(load, 100), doubt } : seen(load),
    );
    expect(firstLine(result)).toMatch(
      /^NO ANSWER {2}400 chargers hold, at 4\d\d chargers nothing could be told/,
    );
    expect(textOf(result)).toMatch(/unclear +4\d\d chargers: the target was still catching up/);
    expect(textOf(result)).not.toContain('FAILED');
    expect(capacityExit(result)).toBe(124);
  });

  test.each([
    [5000, 'NO LIMIT  3 200 chargers hold every SLO, the top of the range (--to)', 124],
    [50, 'NOTHING HOLDS  not even 100 chargers hold every SLO, the lowest load (--from)', 124],
    [1000, 'LIMIT  993 chargers hold every SLO, 1 037 chargers do not', 0],
  ])('up to %d', async (limit, line, code) => {
    const { result } = await play(upTo(limit));
    expect(firstLine(result)).toContain(line);
    expect(capacityExit(result)).toBe(code);
  });

  test('a target that is down: no advice about loads', async () => {
    const nobody = { connected: 0, booted: 0, failure: 'no charger could connect' };
    const { result } = await play((load) => seen(load, { ...nobody, isCollapse: true }));
    const text = textOf(result);
    expect(firstLine(result)).toMatch(
      /^NOTHING HOLDS {2}no charger could connect, of 100 chargers at the lowest load/,
    );
    expect(text).toMatch('is the target up?');
    expect(text).not.toMatch('lower --from');
    const { result: slow } = await play(upTo(50));
    expect(textOf(slow)).toMatch('lower --from');
  });

  test('an interrupted one, from its first moment on', async () => {
    const { result: first } = await play(() => null);
    expect(firstLine(first)).toMatch('INTERRUPTED  nothing is known so far');
    expect(capacityExit(first)).toBe(105);
    const { result } = await play((load, _, call) => (call > 4 ? null : upTo(400)(load)));
    expect(firstLine(result)).toMatch('INTERRUPTED  400 chargers hold, 800 chargers fail so far');
  });

  test('an interrupted one tells what failed from what could not be told', async () => {
    const unfit = (load: number) => seen(load, { trust: 'INVALID', generatorFault: 'busy 97 %' });
    const { result } = await play((load, _, call) => {
      if (call > 7) return null;
      return load > 1000 && load < 1600 ? unfit(load) : upTo(1000)(load);
    });
    expect(firstLine(result)).toMatch(
      'INTERRUPTED  800 chargers hold, 1 600 chargers fail, 1 131 chargers could not be told',
    );
  });

  test('loads that flip, a target that is gone, probes that have run out', async () => {
    const { result } = await play(upTo(1000));
    const as = (end: CapacityResult['end']) => firstLine({ ...result, end });
    expect(as('flips')).toMatch(/^NO ANSWER {2}loads fail and hold in turn from 1 037 chargers on/);
    expect(as('notRecovered')).toMatch('did not come back after it collapsed at 1 037 chargers');
    expect(as('outOfProbes')).toMatch('and the probes have run out');
  });
});

test('the law says nothing where there is too little to say', async () => {
  const { result } = await play(upTo(50));
  expect(textOf(withUsl(result))).toMatch('not told: it takes three loads at least');
});
