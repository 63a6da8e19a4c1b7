/** What is said of a run first: how it ended where it failed, else what its figures are worth. */
import { ExitCode } from '../base/errors.ts';
import type { Trust } from '../health/verdict.ts';
import type { RunView } from './run-view.ts';

export interface Headline {
  /** `FAILED`, as the report in the terminal has it, or the trust in the generator. */
  readonly word: string;
  readonly text: string;
  /** The trust whose colours it has. */
  readonly tone: Trust;
  /** What the figures are worth, where the word is another; null: said already. */
  readonly trust: string | null;
  /** Further causes of the exit code. */
  readonly causes: readonly string[];
}

const TRUST: Readonly<Record<Trust, string>> = {
  VALID: 'the figures describe the target.',
  DEGRADED: 'the generator, or its machine, had trouble: read the figures with care.',
  INVALID: 'the figures describe the generator, not the target.',
};

const KILLED = 'The run was killed before it could be judged; its figures end where it did.';

export function headlineOf({ verdict, end }: Pick<RunView, 'verdict' | 'end'>): Headline {
  if (verdict === null) {
    return { word: 'NO VERDICT', text: KILLED, tone: 'DEGRADED', trust: null, causes: [] };
  }
  const { trust } = verdict;
  const { exitCode = null, causes = [] } = end ?? {};
  const [first = '', ...others] = causes;
  // The generator alone fails the run: its verdict is the headline.
  if (exitCode === null || exitCode === ExitCode.ok || exitCode === ExitCode.invalid) {
    const text = sentence(end === null ? `so far ${TRUST[trust]}` : TRUST[trust]);
    const further = causes.filter((cause) => !cause.startsWith(trust));
    return { word: trust, text, tone: trust, trust: null, causes: further };
  }
  const interrupted = exitCode === ExitCode.interrupted;
  return {
    word: interrupted ? 'INTERRUPTED' : 'FAILED',
    text: first,
    tone: interrupted ? 'DEGRADED' : 'INVALID',
    trust: `Generator ${trust}: ${TRUST[trust]}`,
    causes: others.filter((cause) => !cause.startsWith(trust)),
  };
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** With which run another is compared, and what about that is to be known first. */
export function comparisonText(view: RunView, base: RunView): string {
  const { run, verdict, end } = base;
  const doubt = verdict === null || verdict.trust === 'VALID' ? '' : TRUST[verdict.trust];
  return [
    `Compared with ${run.id}, drawn dashed.`,
    ...(view.run.scenario.planSha256 === run.scenario.planSha256
      ? []
      : ['It planned another load.']),
    ...(view.run.machine.hostSha256 === run.machine.hostSha256
      ? []
      : ['It ran on another machine.']),
    ...(end === null || end.ending === 'completed' ? [] : [`It was cut short: ${end.ending}.`]),
    ...(doubt === '' ? [] : [`It was ${verdict?.trust}: ${doubt}`]),
  ].join(' ');
}
