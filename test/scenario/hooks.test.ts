import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { importNatively, installHooks, serveFromMemory } from '../../src/scenario/hooks.ts';
import { scratchFolder } from './scratch.ts';

test('`ocpp-load` is found where no package is installed', async () => {
  installHooks();
  installHooks();
  const file = join(scratchFolder(), 'a.ts');
  writeFileSync(
    file,
    "import { life } from 'ocpp-load';\nexport const steps: unknown = life().boot().steps;",
  );
  const { steps } = await importNatively(pathToFileURL(file).href);
  expect(steps).toEqual([{ step: 'boot' }]);
});

test('a source in memory is loaded under its URL', async () => {
  installHooks();
  const file = join(scratchFolder(), 'a.ts');
  writeFileSync(file, 'export const from = "disk";');
  const url = `${pathToFileURL(file).href}?memory`;
  serveFromMemory(url, 'export const from = "memory"; export const at = import.meta.url;');
  expect(await importNatively(url)).toMatchObject({ from: 'memory', at: url });
});
