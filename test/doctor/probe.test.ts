import { expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { probePlan, quietFor } from '../../src/doctor/probe.ts';
import type { Progress } from '../../src/fleet/result.ts';
import { columnText } from '../../src/plan/columns.ts';
import { rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import { smallFleet, smallScenario } from '../e2e/support.ts';

const IDENTITIES = { identity: 'CP{n:3}', password: 'pw-{n}', idTag: 'TAG{n}' };
const scenario = smallScenario({
  ...{ target: 'ws://127.0.0.1:9/', duration: '60s', callTimeout: '300s' },
  fleets: [
    smallFleet({ name: 'a', chargers: 5, identities: IDENTITIES }),
    smallFleet({ name: 'b', chargers: 5, identities: { ...IDENTITIES, identity: 'B{n}' } }),
  ],
});
const planFor = (identity: string) => probePlan({ scenario, file: null, identity }, 'standard');
const textsOf = (identity: string) => {
  const [fleet] = planFor(identity).fleets;
  return [fleet.identity, fleet.password, fleet.idTag].map((column) => columnText(column, 0));
};

test('one charger, one short life, in the dialect that is asked for', () => {
  const plan = planFor('CP003');
  expect(plan).toMatchObject({ chargerCount: 1, dialect: 'standard', scriptCount: 0 });
  expect(plan.fleets).toHaveLength(1);
  expect(plan.stages.steadyNs).toBe(20e9);
  expect(plan.limits.callTimeoutNs).toBe(5e9);
  expect(plan.fleets[0].reconnect).toEqual({ policy: 'none' });
});

test('a charger of the scenario has its own password and idTag', () => {
  expect(textsOf('CP003')).toEqual(['CP003', 'pw-3', 'TAG3']);
  expect(textsOf('B2')).toEqual(['B2', 'pw-2', 'TAG2']);
});

test('one that the scenario does not know has those of its first', () => {
  expect(textsOf('2103252121090001')).toEqual(['2103252121090001', 'pw-1', 'TAG1']);
});

test('what cannot be an identity is refused', () => {
  expect(() => planFor('a b')).toThrow(UserError);
  expect(() => planFor('x'.repeat(26))).toThrow(UserError);
});

test('arrivals and scripts of the scenario are left out', () => {
  const open = smallFleet({
    arrivals: rate('1/s'),
    life: life()
      .boot()
      .script(async () => {}),
  });
  const plan = probePlan(
    { scenario: { ...scenario, fleets: [open] }, file: null, identity: 'CP1' },
    'as-logged',
  );
  expect(plan).toMatchObject({ scriptCount: 0, fleets: [{ arrivals: null }] });
});

test('a life is over when nothing more is sent', () => {
  const isOver = quietFor(2);
  const at = (elapsedS: number, callsSent: number, callsAnswered: number, connectsFailed = 0) =>
    isOver({ elapsedS, callsSent, callsAnswered, connectsFailed, callsFailed: 0 } as Progress);
  expect(at(0, 0, 0)).toBe(false);
  // It has not begun: the thread may be slow.
  expect(at(9, 0, 0)).toBe(false);
  expect(at(10, 5, 5)).toBe(false);
  expect(at(11.9, 5, 5)).toBe(false);
  expect(at(12, 5, 5)).toBe(true);
  expect(at(13, 6, 5)).toBe(false);
  // An answer is awaited.
  expect(at(17, 6, 5)).toBe(false);
  expect(at(19, 6, 6)).toBe(true);
});

test('so is one that cannot connect', () => {
  const isOver = quietFor(2);
  const at = (elapsedS: number) =>
    isOver({
      elapsedS,
      callsSent: 0,
      callsAnswered: 0,
      connectsFailed: 1,
      callsFailed: 0,
    } as Progress);
  expect([at(0.5), at(2.4)]).toEqual([false, true]);
});
