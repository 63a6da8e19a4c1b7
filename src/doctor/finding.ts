/** What a check has found: plain data, for the screen, for JSON, for the refusal of a run. */

/**
 * `problem`: the run cannot work; `warning`: it can, but its figures may not be what they seem;
 * `unknown`: this system does not say.
 */
export type Level = 'ok' | 'warning' | 'problem' | 'unknown';

/** A closed set, in the order in which they are shown. */
export const CHECKS = [
  'dns',
  'tcp',
  'tls',
  'upgrade',
  'dialect',
  'descriptors',
  'source addresses',
  'source ports',
  'memory',
  'cpu',
  'cpu quota',
  'conntrack',
  'listen queue',
  'clock source',
  'wall clock',
  'node',
] as const;
export type Check = (typeof CHECKS)[number];

export interface Finding {
  readonly check: Check;
  readonly level: Level;
  /** What was found, with its units and limits. */
  readonly text: string;
  /** What to type, or what to change where no command helps; `''` when nothing is wrong. */
  readonly fix: string;
}

export const ok = (check: Check, text: string): Finding => ({ check, level: 'ok', text, fix: '' });
export const unknown = (check: Check, text: string): Finding => ({
  ...{ check, level: 'unknown', text, fix: '' },
});
export const warning = (check: Check, text: string, fix: string): Finding => ({
  ...{ check, level: 'warning', text, fix },
});
export const problem = (check: Check, text: string, fix: string): Finding => ({
  ...{ check, level: 'problem', text, fix },
});

export const problemsOf = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ level }) => level === 'problem');
