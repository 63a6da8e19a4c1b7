import { ExitCode, UserError } from '../base/errors.ts';
import { cleanLines, cleanText, hideCredentials } from '../report/clean.ts';
import { ends, type Look, paint, wrap } from '../report/look.ts';

/** An error as text, and the exit code that goes with it. */
export interface ErrorReport {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/**
 * A user's mistake: what is wrong, how to fix it, what was not done (`consequence`), the exit code.
 * Anything else is a fault of ours and shows its stack.
 */
export function reportError(error: unknown, consequence: string, look: Look): ErrorReport {
  if (!(error instanceof UserError)) return reportFault(error, consequence, look);
  const { exitCode } = error;
  const [first, ...rest] = safe(error.message).split('\n');
  const head = wrap(first, look.width, '  ', '    ');
  const lines = [
    ...head.map((line) => paint(look, 'red', line)),
    ...rest.map((line) => `  ${line}`),
    // Hints point with carets at columns of the line above: they are never wrapped.
    ...(error.hint
      ? safe(error.hint)
          .split('\n')
          .map((line) => `      ${line}`)
      : []),
    ...ends(`  ${consequence}`, `exit ${exitCode}`, Math.min(look.width, 84)),
  ];
  return { text: `${lines.join('\n')}\n`, exitCode };
}

function reportFault(error: unknown, consequence: string, look: Look): ErrorReport {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = [
    `  ${paint(look, 'red', 'a fault of ocpp-load, not of your scenario or target:')}`,
    ...safe(stack)
      .split('\n')
      .map((line) => `    ${line}`),
    '  please report it with the lines above.',
    ...ends(`  ${consequence}`, `exit ${ExitCode.internal}`, Math.min(look.width, 84)),
  ];
  return { text: `${lines.join('\n')}\n`, exitCode: ExitCode.internal };
}

const safe = (text: string) => cleanLines(hideCredentials(text));

/** One line for the user that is no error. */
export function noteText(text: string, look: Look): string {
  return `${wrap(cleanText(hideCredentials(text)), look.width, '  note: ', '    ').join('\n')}\n`;
}
