import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle } from '../../src/scenario/bundle.ts';
import { scratchFolder } from './scratch.ts';

test('relative files and aliases come in, packages stay out, nothing is written', async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'lib'));
  mkdirSync(join(folder, 'node_modules', 'typed'), { recursive: true });
  mkdirSync(join(folder, 'node_modules', 'plain'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/typed/package.json'), '{"main":"index.ts"}');
  writeFileSync(
    join(folder, 'node_modules/typed/index.ts'),
    'export const t: string = "typed-in";',
  );
  writeFileSync(join(folder, 'node_modules/plain/package.json'), '{"main":"index.js"}');
  writeFileSync(join(folder, 'node_modules/plain/index.js'), 'exports.p = "plain-in";');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{"compilerOptions":{"paths":{"@lib/*":["./lib/*"]}}}',
  );
  writeFileSync(join(folder, 'lib/one.ts'), 'export const one = "alias-in";');
  writeFileSync(join(folder, 'two.ts'), 'export enum Two { x = "relative-in" }');
  const lines = [
    "import { life } from 'ocpp-load';",
    "import { readFileSync } from 'node:fs';",
    "import { one } from '@lib/one';",
    "import { Two } from './two';",
    "import { t } from 'typed';",
    "import { p } from 'plain';",
    "import gone from 'not-installed';",
    'console.log(life, readFileSync, one, Two.x, t, p, gone);',
  ];
  writeFileSync(join(folder, 'a.ts'), lines.join('\n'));
  const before = readdirSync(folder);
  const source = await bundle(join(folder, 'a.ts'));
  const code = source.slice(0, source.indexOf('//# sourceMappingURL'));
  for (const inside of ['alias-in', 'relative-in', 'typed-in']) expect(code).toContain(inside);
  for (const name of ['ocpp-load', 'node:fs', 'plain', 'not-installed']) {
    expect(code).toContain(`from "${name}"`);
  }
  expect(code).not.toContain('plain-in');
  expect(readdirSync(folder)).toEqual(before);
});
