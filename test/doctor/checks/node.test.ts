import { expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { checkNode } from '../../../src/doctor/checks/node.ts';
import { machine } from '../fixture.ts';

test.each([
  ['24.21.0', 'ok'],
  ['22.18.0', 'ok'],
  ['22.17.1', 'problem'],
  ['20.19.0', 'problem'],
])('%s: %s', (node, level) => {
  expect(checkNode(machine({ node })).level).toBe(level);
});

test('asks for what package.json asks for', () => {
  const { text } = checkNode(machine({ node: '20.0.0' }));
  expect(packageJson.engines.node).toBe(`>=${/needs ([\d.]+)/.exec(text)?.[1]}`);
});
