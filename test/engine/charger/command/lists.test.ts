import { describe, expect, test } from 'vitest';
import { DIALECTS, type Order, send } from './send.ts';

const list = (atS: number, listVersion: number, updateType: string, ...tags: string[]): Order => [
  atS,
  'SendLocalList',
  {
    listVersion,
    updateType,
    localAuthorizationList: tags.map((idTag) => ({ idTag, idTagInfo: { status: 'Accepted' } })),
  },
];
const version = (atS: number): Order => [atS, 'GetLocalListVersion', {}];

describe.each(DIALECTS)('%s', (dialect) => {
  test('a list has a version: 0 without one, then that of the last update', async () => {
    const told = await send(
      [
        version(1),
        list(2, 5, 'Full', 'A', 'B'),
        version(3),
        list(4, 6, 'Differential', 'C'),
        version(5),
        list(6, 6, 'Differential', 'D'),
        list(7, 3, 'Differential', 'D'),
        version(8),
        list(9, 2, 'Full'),
        version(10),
      ],
      { dialect },
    );
    const versions = told.answers.map((answer) => answer?.payload.listVersion);
    expect(versions.filter((each) => each !== undefined)).toEqual([0, 5, 6, 6, 2]);
    expect(told.statuses.filter((each) => each !== undefined)).toEqual([
      ...['Accepted', 'Accepted', 'VersionMismatch', 'VersionMismatch', 'Accepted'],
    ]);
  });

  test('a Full update may say nothing of entries: an empty list', async () => {
    const told = await send(
      [
        list(1, 1, 'Full', 'A'),
        [2, 'SendLocalList', { listVersion: 2, updateType: 'Full' }],
        version(3),
      ],
      { dialect },
    );
    expect(told.answers[2]?.payload).toEqual({ listVersion: 2 });
  });

  test.each([0, -1])('version %i stands for no list, and cannot be sent', async (listVersion) => {
    const told = await send([list(1, listVersion, 'Full', 'A'), version(2)], { dialect });
    expect(told.statuses[0]).toBe('Failed');
    expect(told.answers[1]?.payload).toEqual({ listVersion: 0 });
  });

  test('ClearCache is Accepted', async () => {
    const told = await send([[1, 'ClearCache', {}]], { dialect });
    expect(told.statuses).toEqual(['Accepted']);
  });

  test('DataTransfer: its own vendor, and any other', async () => {
    const told = await send(
      [
        [1, 'DataTransfer', { vendorId: 'TONLY', messageId: 'x', data: 'y' }],
        [2, 'DataTransfer', { vendorId: 'Somebody' }],
      ],
      { dialect },
    );
    expect(told.statuses).toEqual(['Accepted', 'UnknownVendorId']);
  });
});

describe('at most 1000 entries', () => {
  const tags = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, n) => `${prefix}${n}`);

  test('more are refused, and the list stays as it was', async () => {
    const told = await send([
      list(1, 1, 'Full', ...tags(1000, 'A')),
      list(2, 2, 'Differential', 'ONE-MORE'),
      version(3),
      list(4, 3, 'Differential', ...tags(1000, 'A')),
      list(5, 4, 'Full', ...tags(1001, 'B')),
      version(6),
    ]);
    expect(told.statuses.filter((each) => each !== undefined)).toEqual([
      ...['Accepted', 'Failed', 'Accepted', 'Failed'],
    ]);
    expect(told.answers[2]?.payload.listVersion).toBe(1);
    expect(told.answers[5]?.payload.listVersion).toBe(3);
  });

  test('an entry without info takes the idTag out, and makes room', async () => {
    const told = await send([
      list(1, 1, 'Full', ...tags(1000, 'A')),
      [
        2,
        'SendLocalList',
        {
          listVersion: 2,
          updateType: 'Differential',
          localAuthorizationList: [{ idTag: 'A7' }],
        },
      ],
      list(3, 3, 'Differential', 'ONE-MORE'),
    ]);
    expect(told.statuses).toEqual(['Accepted', 'Accepted', 'Accepted']);
  });
});
