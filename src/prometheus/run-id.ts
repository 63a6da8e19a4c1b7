/** The name of a run, on every series of it. */

/** What is a label, a part of a URL and of a file's name as it stands. */
const RUN_ID = /^[\p{L}\p{N}._-]{1,128}$/u;
const NAME_LENGTH = 80;

export const isRunId = (text: string): boolean => RUN_ID.test(text);

/** `<scenario>-<YYYYMMDDThhmmssZ>-<seed>`; what is no letter or digit of a name becomes a dash. */
export function defaultRunId(scenario: string, startedAt: Date, seed: number): string {
  const time = startedAt.toISOString().replace(/[-:]|\.\d+/g, '');
  const name = Array.from(scenario.replace(/[^\p{L}\p{N}._-]+/gu, '-'));
  return `${name.slice(0, NAME_LENGTH).join('')}-${time}-${seed}`;
}
