/** Adds to vitest's own output: tests left out for want of a program, and one line of totals. */
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { hasProgram, programsNeeded } from './programs.ts';

/** What is reported of one test. */
export interface Outcome {
  readonly fullName: string;
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
}

/**
 * The lines to print, the totals last. `problems` are errors outside tests, a file that does not
 * load: they count as failures, so that none is overlooked.
 */
export function reportLines(
  outcomes: readonly Outcome[],
  problems: number,
  has: (program: string) => boolean = hasProgram,
): string[] {
  const count = (state: Outcome['state']) => outcomes.filter((o) => o.state === state).length;
  const notRun = outcomes.flatMap(({ fullName, state }) => {
    const missing = state === 'skipped' ? programsNeeded(fullName).filter((p) => !has(p)) : [];
    return missing.length > 0 ? [`not run, ${missing.join(', ')} missing: ${fullName}`] : [];
  });
  const failed = count('failed') + problems;
  const skipped = count('skipped') + count('pending');
  return [...notRun, `${count('passed')} passed, ${failed} failed, ${skipped} skipped`];
}

export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const outcomes: Outcome[] = [];
    let problems = unhandledErrors.length;
    for (const module of modules) {
      problems += module.errors().length;
      for (const suite of module.children.allSuites()) problems += suite.errors().length;
      for (const test of module.children.allTests()) {
        outcomes.push({ fullName: test.fullName, state: test.result().state });
      }
    }
    const text = `${reportLines(outcomes, problems).join('\n')}\n`;
    // At the very end: the default reporter and vitest itself print after this hook.
    process.once('exit', () => process.stdout.write(text));
  }
}
