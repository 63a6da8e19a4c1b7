import { describe, expect, test } from 'vitest';
import { parseDurationNs } from '../../src/base/units.ts';
import {
  DISTRIBUTION_WIDTH,
  DistributionKind,
  OP_WIDTH,
  Op,
  TemplateIndex,
} from '../../src/plan/plan.ts';
import { compileProgram, distributionRow, type ProgramContext } from '../../src/plan/program.ts';
import { life } from '../../src/scenario/life.ts';
import type { Life } from '../../src/scenario/types.ts';

/** Template indexes of statuses are their place in this list, from 100. */
function compile(written: Life, changes: Partial<ProgramContext> = {}) {
  const statuses: string[] = [];
  const statusTemplate = (status: string, errorCode: string) => {
    const name = `${status}/${errorCode}`;
    if (!statuses.includes(name)) statuses.push(name);
    return 100 + statuses.indexOf(name);
  };
  const program = compileProgram(written.steps, {
    statusTemplate,
    faultCode: 'ReaderFailure',
    firstScript: 0,
    hasRecord: true,
    remoteCharge: {},
    ...changes,
  });
  const names = Object.keys(Op);
  const rows = Array.from({ length: program.ops.length / OP_WIDTH }, (_, pc) => {
    const [op, a, b, c] = program.ops.subarray(pc * OP_WIDTH, (pc + 1) * OP_WIDTH);
    const template = Object.entries(TemplateIndex).find(([, index]) => index === a)?.[0];
    const shown = op === Op.call ? (statuses[a - 100] ?? template) : a;
    return [names[op], shown, b, c].join(' ');
  });
  const { remoteRow } = program;
  return { program, rows: rows.slice(0, remoteRow), remoteRows: rows.slice(remoteRow) };
}

test('boot is followed by Available; a life that does not loop ends', () => {
  expect(compile(life().boot()).rows).toEqual([
    'boot 0 0 0',
    'call Available/NoError -1 0',
    'end 0 0 0',
  ]);
});

test('a refused session goes on behind its record', () => {
  const session = { duration: '45s', power: { uniform: ['7kW', '11kW'] } } as const;
  const { rows, program } = compile(
    life()
      .boot()
      .forever((l) => l.session(session).unplug()),
  );
  expect(rows.slice(2)).toEqual([
    'call authorize 9 0',
    'call start 9 0',
    'call Charging/NoError -1 0',
    'charge 0 1 0',
    'call stop -1 0',
    'call Finishing/NoError -1 0',
    'call record -1 0',
    'call Available/NoError -1 0',
    'jump 2 0 0',
  ]);
  expect([...program.distributions.subarray(0, 2 * DISTRIBUTION_WIDTH)]).toEqual([
    ...[DistributionKind.constant, 45e9, 0],
    ...[DistributionKind.uniform, 7000, 11_000],
  ]);
});

test('a session of a model without a charging record ends with Finishing', () => {
  const session = { duration: '45s', power: '7kW' } as const;
  const { rows } = compile(life().boot().session(session).unplug(), { hasRecord: false });
  expect(rows.slice(2)).toEqual([
    'call authorize 8 0',
    'call start 8 0',
    'call Charging/NoError -1 0',
    'charge 0 1 0',
    'call stop -1 0',
    'call Finishing/NoError -1 0',
    'call Available/NoError -1 0',
    'end 0 0 0',
  ]);
});

describe('the session of a RemoteStartTransaction', () => {
  test('stands behind the life, goes to Available when refused, and back to the life', () => {
    const { program, rows, remoteRows } = compile(life().boot());
    expect(program.remoteRow).toBe(3);
    expect(rows.at(-1)).toBe('end 0 0 0');
    expect(remoteRows).toEqual([
      'call authorize 10 0',
      'call start 10 0',
      'call Charging/NoError -1 0',
      'charge 0 0 0',
      'call stop -1 0',
      'call Finishing/NoError -1 0',
      'call record -1 0',
      'call Available/NoError -1 0',
      'resume 0 0 0',
    ]);
  });

  test('charges until somebody stops it, with all that the model can', () => {
    const { program } = compile(life().boot());
    const forEver = [DistributionKind.constant, Number.POSITIVE_INFINITY, 0];
    expect([...program.distributions]).toEqual(forEver);
  });

  test('or as the fleet says', () => {
    const remoteCharge = { duration: { exponential: '1m' }, power: '7kW' } as const;
    const { program, remoteRows } = compile(life().boot(), { remoteCharge, hasRecord: false });
    expect(remoteRows.slice(3)).toEqual([
      'charge 0 1 0',
      'call stop -1 0',
      'call Finishing/NoError -1 0',
      'call Available/NoError -1 0',
      'resume 0 0 0',
    ]);
    expect([...program.distributions]).toEqual([
      ...[DistributionKind.exponential, 60e9, 0],
      ...[DistributionKind.constant, 7000, 0],
    ]);
  });

  test('follows a life that never ends, too', () => {
    const { rows, remoteRows } = compile(life().boot().closedLoop('Heartbeat'));
    expect(rows.at(-1)).toBe('jump 2 0 0');
    expect(remoteRows[0]).toBe('call authorize 11 0');
  });
});

test('a transaction by parts, too, and with what the user put in between', () => {
  const charge = { duration: '1s', power: '7kW' } as const;
  const written = life().boot().authorize().start().status('Charging').charge(charge).stop();
  const { rows } = compile(written.status('Finishing').record().idle('1s'));
  expect(rows.slice(2)).toEqual([
    'call authorize 9 0',
    'call start 9 0',
    'call Charging/NoError -1 0',
    'charge 0 1 0',
    'call stop -1 0',
    'call Finishing/NoError -1 0',
    'call record -1 0',
    'wait 0 0 0',
    'end 0 0 0',
  ]);
});

test('an Authorize alone goes on whatever the answer', () => {
  expect(compile(life().boot().authorize().idle('1s')).rows[2]).toBe('call authorize -1 0');
});

test('churn skips its fault, or goes through it', () => {
  const { rows } = compile(life().boot().churn({ faults: 0.01, duration: '5s' }));
  expect(rows.slice(2)).toEqual([
    'chance 10000 6 0',
    'call Faulted/ReaderFailure -1 0',
    'wait 0 0 0',
    'call Available/NoError -1 0',
    'end 0 0 0',
  ]);
});

test('repeats nest: a counter a depth, used again beside each other', () => {
  const inner = (l: Life) => l.repeat(2, (m) => m.call('Heartbeat'));
  const { rows, program } = compile(
    life()
      .boot()
      .repeat(3, inner)
      .repeat(4, (l) => l.idle('1s')),
  );
  expect(program.repeatDepth).toBe(2);
  expect(rows.slice(2)).toEqual([
    'call heartbeat -1 0',
    'repeat 1 2 2',
    'repeat 0 3 2',
    'wait 0 0 0',
    'repeat 0 4 5',
    'end 0 0 0',
  ]);
});

test('calls of one action use the frame that a charger can always fill', () => {
  const all = life()
    .boot()
    .call('Heartbeat')
    .call('Authorize')
    .call('StatusNotification')
    .call('MeterValues')
    .call('DataTransfer');
  expect(compile(all).rows.slice(2, 7)).toEqual([
    'call heartbeat -1 0',
    'call authorize -1 0',
    'call Available/NoError -1 0',
    'call meterValues -1 0',
    'call record -1 0',
  ]);
});

test('waiting for a car, a status of one’s own, scripts by their number in the scenario', () => {
  const script = async () => {};
  const written = life().boot().awaitArrival().status('Faulted').script(script).script(script);
  expect(compile(written, { firstScript: 5 }).rows.slice(2)).toEqual([
    'awaitArrival 0 0 0',
    'call Faulted/ReaderFailure -1 0',
    'script 5 0 0',
    'script 6 0 0',
    'end 0 0 0',
  ]);
});

test('a closed loop jumps back to its call', () => {
  expect(compile(life().boot().closedLoop('Heartbeat')).rows.slice(2)).toEqual([
    'call heartbeat -1 0',
    'jump 2 0 0',
  ]);
});

test('equal distributions share a row', () => {
  const { program } = compile(life().boot().idle('1s').idle('2s').idle('1s'));
  // The third is the remote session's.
  expect(program.distributions).toHaveLength(3 * DISTRIBUTION_WIDTH);
});

test.each([
  ['1s', [0, 1e9, 0]],
  [{ exponential: '1s' }, [1, 1e9, 0]],
  [{ uniform: ['1s', '2s'] }, [2, 1e9, 2e9]],
  [{ lognormal: { median: '1s', sigma: 0.5 } }, [3, 1e9, 0.5]],
  [{ normal: { mean: '2s', sd: '1s' } }, [4, 2e9, 1e9]],
] as const)('%o', (distribution, expected) => {
  expect(distributionRow(distribution, (text) => parseDurationNs(text) ?? 0)).toEqual(expected);
});
