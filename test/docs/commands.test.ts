/** Every `ocpp-load` that the documentation types is one that the program takes. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { complaint, twins } from '../support/command-line.ts';
import { blocksIn, callsIn } from '../support/shell.ts';
import { type DocFile, docFiles } from './files.ts';

interface Call {
  readonly where: string;
  readonly argv: readonly string[];
  /** In running text arguments may be left out. */
  readonly inText: boolean;
}

function callsOf({ path, text }: DocFile): Call[] {
  const blocks = blocksIn(text).filter(({ language }) => /^(sh|bash|console)\b/.test(language));
  const prose = text.replace(/^```.*?^```/gms, '');
  return [
    ...blocks.flatMap(({ line, text: script }) =>
      callsIn(script).map((argv) => ({ where: `${path}:${line}`, argv, inText: false })),
    ),
    ...Array.from(prose.matchAll(/`(?:npx )?ocpp-load ([a-z][^`]*)`/g), (match) => ({
      ...{ where: path, argv: match[1].trim().split(/\s+/), inText: true },
    })),
  ];
}

/** All texts of a YAML file: the scripts of its jobs are among them. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

const inMarkdown = docFiles('.md').flatMap(callsOf);
const inYaml = docFiles('.yml').flatMap(({ path, text }) =>
  textsIn(parse(text))
    .flatMap((script) => callsIn(script))
    .map((argv) => ({ where: path, argv, inText: false })),
);

describe('the commands of the documentation', () => {
  test('are found', () => {
    expect(inMarkdown.length).toBeGreaterThan(10);
    expect(inYaml.length).toBeGreaterThan(3);
  });

  test('are taken by the program', async () => {
    const wrong: string[] = [];
    for (const { where, argv, inText } of [...inMarkdown, ...inYaml]) {
      const said = await complaint(argv);
      if (said === '' || (inText && said.startsWith('commander.missingArgument'))) continue;
      wrong.push(`${where}: ocpp-load ${argv.join(' ')}: ${said}`);
    }
    expect(wrong).toEqual([]);
  });

  test.each(['run a.ts --chargrs 5', 'runn a.ts', 'inspect', 'run a.ts --seed'])(
    'one such as %j would be found',
    async (line) => {
      expect(await complaint(line.split(' '))).not.toBe('');
    },
  );
});

test('variables of the documentation are twins of flags', async () => {
  const named = docFiles('.md', '.yml').flatMap(
    ({ text }) => text.match(/OCPP_LOAD_[A-Z_]+/g) ?? [],
  );
  expect(named.length).toBeGreaterThan(0);
  const known = await twins();
  expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
});
