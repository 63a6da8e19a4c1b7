/** A Dockerfile, as far as deploy/Dockerfile needs to be understood. */

export interface Instruction {
  readonly stage: number;
  readonly name: string;
  readonly words: readonly string[];
}

/** @throws for what is no instruction. */
export function instructionsIn(dockerfile: string): Instruction[] {
  let stage = -1;
  const joined = dockerfile.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, ' ');
  return joined.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    const [, name, rest] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (!INSTRUCTIONS.includes(name)) throw new Error(`no instruction: ${line}`);
    if (name === 'FROM') stage += 1;
    return [{ stage, name, words: rest.startsWith('[') ? JSON.parse(rest) : rest.split(/\s+/) }];
  });
}

const INSTRUCTIONS = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'ENTRYPOINT', 'CMD'];

/** What a stage copies from the context of the build. */
export const copiesIn = (instructions: readonly Instruction[], stage: number) =>
  instructions
    .filter((each) => each.stage === stage && each.name === 'COPY')
    .filter(({ words }) => !words[0].startsWith('--from'))
    .flatMap(({ words }) => words.slice(0, -1));

/** Whether `path` reaches the builder, by a .dockerignore that excludes all but what it names. */
export function reaches(path: string, ignore: string): boolean {
  const lines = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const [all, ...named] = lines;
  if (all !== '*' || named.some((line) => !line.startsWith('!'))) throw new Error('no allow-list');
  return named.some((line) => path === line.slice(1) || path.startsWith(`${line.slice(1)}/`));
}
