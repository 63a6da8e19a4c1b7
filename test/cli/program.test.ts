import { Help } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram, COMMAND_NAMES, commandOf } from '../../src/cli/program.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { fakeIo } from './io.ts';

const looks = { stdoutLook: PLAIN_LOOK, stderrLook: PLAIN_LOOK };
const context = () => ({ io: fakeIo(), exitCode: 0 as const, consequence: '', ...looks });

test('the list says of each command what the command itself says', async () => {
  const program = await buildProgram(context(), COMMAND_NAMES);
  const listed = program.commands.map((command) => program.createHelp().subcommandTerm(command));
  expect(listed).toEqual(program.commands.map((command) => new Help().subcommandTerm(command)));
  expect(program.commands.map((command) => command.name())).toEqual(COMMAND_NAMES);
});

test('the list is the same whichever command is called', async () => {
  const help = async (...called: string[]) =>
    (await buildProgram(context(), called)).helpInformation();
  expect(await help('run', 'new')).toBe(await help());
});

describe('the called command', () => {
  test.each<[string, string | undefined]>([
    ['run x.ts --seed 1', 'run'],
    ['--no-color run x.ts', 'run'],
    ['-- run x.ts', 'run'],
    ['help run', 'run'],
    ['help', undefined],
    ['--help', undefined],
    ['', undefined],
    ['rum x.ts', 'rum'],
  ])('of %j is %s', (line, command) => {
    expect(commandOf(line.split(' ').filter((word) => word !== ''))).toBe(command);
  });

  test.each(COMMAND_NAMES)('%s is found behind options, help and a divider', async (name) => {
    for (const argv of [
      [name, '--nonsense'],
      ['help', name],
      ['--', name, '--nonsense'],
    ]) {
      const program = await buildProgram(context(), [commandOf(argv)]);
      const command = program.commands.find((each) => each.name() === name);
      const thrown = await program.parseAsync(argv, { from: 'user' }).then(
        () => null,
        (e) => e,
      );
      expect(command?.description()).not.toBe('');
      expect(thrown).not.toBe(null);
    }
  });
});
