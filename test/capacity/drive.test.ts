import { describe, expect, test } from 'vitest';
import { withUsl } from '../../src/capacity/drive.ts';
import { capacityJson, parseCapacityResult } from '../../src/capacity/result.ts';
import { play, QUESTION, seen, tooSlow, upTo } from './probes.ts';

const loads = (probes: readonly { load: number }[]) => probes.map(({ load }) => load);

describe('a search', () => {
  test('finds a limit, confirmed, and fits the law to it', async () => {
    const { result, calls, saved } = await play(upTo(1000));
    expect(result).toMatchObject({ end: 'limit', isConfirmed: true, kind: 'ocpp-load capacity' });
    expect(result.held?.load).toBeLessThanOrEqual(1000);
    expect(result.failed?.load).toBeGreaterThan(1000);
    expect(result.failed?.cause).toMatch('p(99)<500');
    expect(result.usl).toBeNull();
    const { usl } = withUsl(result);
    expect(usl?.r2).toBeGreaterThan(0.9);
    // As long as none failed they are on their way; a signal between two changes nothing of it.
    expect(calls.slice(0, 7).map(([load, purpose]) => `${load} ${purpose}`)).toEqual([
      ...['100 approach', '200 approach', '400 approach', '800 approach', '1600 approach'],
      ...['1131 probe', '951 probe'],
    ]);
    expect(calls.at(-1)?.[1]).toBe('confirmation');
    expect(saved).toHaveLength(result.probes.length);
  });

  test('goes on from where a signal cut it, and comes to the same', async () => {
    const { result: whole } = await play(upTo(1000));
    const { result: cut } = await play((load, _, call) => (call > 4 ? null : upTo(1000)(load)));
    expect(cut.end).toBeNull();
    expect(loads(cut.probes)).toEqual([100, 200, 400, 800]);
    expect(cut.held?.load).toBe(800);
    const { result, calls } = await play(upTo(1000), { known: cut });
    expect(calls[0][0]).toBe(1600);
    expect(result).toEqual(whole);
  });

  test('says when the lowest load fails, when all hold, and when loads flip', async () => {
    expect((await play(upTo(50))).result).toMatchObject({ end: 'none', held: null });
    expect((await play(upTo(5000))).result).toMatchObject({ end: 'atLeast', failed: null });
    const flaky = (load: number, purpose: string) =>
      purpose === 'confirmation' || load < 400 ? seen(load) : tooSlow(load, 400);
    const twice = ['held', 'failed', 'held', 'failed', 'held'] as const;
    const probes = twice.map((answer, i) => ({
      ...{ load: [100, 200, 200, 400, 400][i], answer, isConfirmation: i === 2 || i === 4 },
      ...{ ...seen(100), cause: null },
    }));
    const { result } = await play(flaky, { known: { probes, notes: [] } });
    expect(result).toMatchObject({ end: 'flips', held: { load: 100 }, failed: { load: 200 } });
  });
});

describe('a target that was still catching up', () => {
  const doubt = { kind: 'catchingUp', text: 'still catching up' } as const;

  test('is held again, and what it does then counts', async () => {
    const { result, told, calls } = await play((load, _, call) =>
      call === 2 ? { ...tooSlow(load, 100), doubt } : upTo(400)(load),
    );
    expect(calls.slice(1, 3).map(([load]) => load)).toEqual([200, 200]);
    expect(told[0]).toBe('200 chargers again: still catching up');
    expect(result.end).toBe('limit');
    expect(result.probes[1]).toMatchObject({ load: 200, answer: 'held', cause: null });
  });

  test('twice has not failed', async () => {
    const { result } = await play((load) =>
      load > 400 ? { ...tooSlow(load, 100), doubt } : seen(load),
    );
    expect(result).toMatchObject({ end: 'unclear', held: { load: 400 } });
    expect(result.failed).toMatchObject({ answer: 'unclear', cause: 'still catching up' });
    const told = withUsl(result);
    expect(told.usl?.doubt).toMatch('3 loads are too few');
    expect(parseCapacityResult(capacityJson(told), 'it')).toEqual(told);
  });
});

describe('a generator that is unfit', () => {
  const unfit = (load: number) => seen(load, { trust: 'INVALID', generatorFault: 'busy 97 %' });

  test('is asked once more', async () => {
    const { result, calls, told } = await play((load, _, call) =>
      call === 2 ? unfit(load) : upTo(1000)(load),
    );
    expect(loads(calls.map(([load]) => ({ load }))).slice(0, 4)).toEqual([100, 200, 200, 400]);
    expect(told[0]).toBe('200 chargers again: the generator was unfit (busy 97 %)');
    expect(result.end).toBe('limit');
    expect(result.notes).toEqual(told);
  });

  test('twice unfit is a limit of the generator, never one of the target', async () => {
    const { result } = await play((load) => (load > 700 ? unfit(load) : seen(load)));
    expect(result).toMatchObject({ end: 'generatorLimit', failed: { answer: 'generator' } });
    expect(result.failed?.cause).toBe('busy 97 %');
    expect(result.held?.load).toBeLessThanOrEqual(700);
  });
});

describe('a target that collapses', () => {
  const collapse = (load: number) =>
    seen(load, { failure: 'only 3 of 800 chargers booted', booted: 3, isCollapse: true });

  test('is waited for at the lowest load before the search goes on', async () => {
    let down = 0;
    const { result, calls, told } = await play((load, purpose) => {
      if (load > 700 && purpose !== 'recovery') down = 2;
      if (purpose === 'recovery') return down-- > 0 ? collapse(load) : seen(load);
      return load > 700 ? collapse(load) : seen(load);
    });
    expect(calls.slice(3, 8)).toEqual([
      ...[[800, 'approach']],
      ...[100, 100, 100].map((load) => [load, 'recovery']),
      [566, 'probe'],
    ]);
    expect(told.slice(0, 2)).toEqual([
      'the target collapsed at 800 chargers: waiting for it at 100 chargers',
      'the target answers within its SLOs again, 120 s later',
    ]);
    expect(result.end).toBe('limit');
    expect(loads(result.probes).filter((load) => load === 100)).toHaveLength(1);
  });

  test('and does not come back: the search ends, with what is known', async () => {
    const { result, told } = await play((load, purpose) =>
      load > 700 || purpose === 'recovery' ? collapse(load) : seen(load),
    );
    expect(result).toMatchObject({ end: 'notRecovered', held: { load: 400 } });
    expect(told.at(-1)).toBe(
      'the target did not recover within 120 s: only 3 of 800 chargers booted',
    );
  });

  test('a signal while it is waited for', async () => {
    const { result } = await play((load, purpose) => {
      if (purpose === 'recovery') return null;
      return load > 700 ? collapse(load) : seen(load);
    });
    expect(result).toMatchObject({ end: null, held: { load: 400 }, failed: { load: 800 } });
  });
});

test('rates are named as rates', async () => {
  const { told } = await play((load) => seen(load, { generatorFault: 'late' }), {
    question: { ...QUESTION, vary: 'rate' },
  });
  expect(told[0]).toMatch('100 cars/h again');
});
