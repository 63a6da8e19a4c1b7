import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addPlanOptions, addRunOptions } from '../../src/cli/options.ts';

function parse(...argv: string[]): Record<string, unknown> {
  const command = addRunOptions(new Command('run')).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  return command.parse(argv, { from: 'user' }).opts();
}

describe('options', () => {
  test('-e may be repeated; the value may hold = and be empty', () => {
    expect(parse('-e', 'A=1', '--env', 'URL=ws://h?x=1', '-e', 'EMPTY=')).toMatchObject({
      env: { A: '1', URL: 'ws://h?x=1', EMPTY: '' },
    });
  });
  test.each(['A', '=1', '1A=2', 'A B=1'])('-e %s is refused', (text) => {
    expect(() => parse('-e', text)).toThrow(/KEY=VALUE/);
  });
  test('every flag of a plan is a flag of a run', () => {
    const flags = (command: Command) => command.options.map((option) => option.long);
    expect(flags(addRunOptions(new Command()))).toEqual(
      expect.arrayContaining(flags(addPlanOptions(new Command()))),
    );
  });
  test('every flag but -e names its environment twin', () => {
    for (const option of addRunOptions(new Command()).options) {
      if (option.long === '--env') continue;
      const twin = `OCPP_LOAD_${option.long?.slice(2).toUpperCase().replaceAll('-', '_')}`;
      expect(option.description).toContain(`(env ${twin})`);
    }
  });
});
