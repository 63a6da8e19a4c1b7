import { expect, test } from 'vitest';
import { generic1_6 } from '../../../../src/chargers/generic.ts';
import { connectorRow } from '../../../../src/engine/charger/command/connector.ts';
import { HANDLERS } from '../../../../src/engine/charger/command/table.ts';
import { COMMANDS } from '../../../../src/ocpp/commands.ts';
import { shardOf } from '../fixture.ts';

test('every command has a handler of its own, in the order of COMMANDS', () => {
  expect(HANDLERS).toHaveLength(COMMANDS.length);
  expect(new Set(HANDLERS).size).toBe(COMMANDS.length);
  const names = HANDLERS.map(({ name }) => name.toLowerCase());
  COMMANDS.forEach((command, index) => {
    expect(command.toLowerCase()).toContain(names[index]);
  });
});

test('a connector is found by its number among those of its charger', () => {
  const shard = shardOf('standard', { model: generic1_6({ connectors: 3 }) });
  const rows = [0, 1, 2, 3, 4].map((id) => connectorRow(shard, 1, id));
  expect([rows[0], rows[4]]).toEqual([-1, -1]);
  expect(rows[1]).toBe(1);
  for (const row of rows.slice(1, 4)) expect(shard.state.owner[row]).toBe(1);
  expect(new Set(rows.slice(1, 4)).size).toBe(3);
});
