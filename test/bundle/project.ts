import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { scratchFolder } from '../scenario/scratch.ts';

/** Writes files, by their paths, into a folder of their own. @returns the path of the first. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder();
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return join(folder, Object.keys(files)[0]);
}

/** A scenario of one fleet, with `fleet` over it and `head` above it. */
export const scenarioText = (head = '', fleet = '', scenario = '') => `${head}
import { csv, defineScenario, life, ramp, tonly48A } from 'ocpp-load';
const fleet = { name: 'a', chargers: 3, model: tonly48A(), connect: ramp({ over: '100ms' }) };
export default defineScenario({
  target: 'ws://127.0.0.1:9/{id}',
  duration: '1s',
  fleets: [{ ...fleet, life: life().boot(), ${fleet} }],
  ${scenario}
});
`;
