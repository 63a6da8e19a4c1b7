/** The two sides of `compare base... -- new...`, with options anywhere. */
import { UserError } from '../base/errors.ts';

/** Stands for the `--`: no file can be called so, and Commander takes it for an operand. */
export const DIVIDER = '\0';

/**
 * The command line as Commander gets it. For it a `--` ends the options; for `compare` the first
 * one divides two lists of files, and options may stand behind both.
 */
export function withDivider(argv: readonly string[]): string[] {
  const at = argv.indexOf('--');
  return argv.map((arg, i) => (argv[0] === 'compare' && i === at ? DIVIDER : arg));
}

/** @throws UserError when there are no files on one side. */
export function sidesOf(
  operands: readonly string[],
): [base: readonly string[], next: readonly string[]] {
  const at = operands.indexOf(DIVIDER);
  if (at > 0 && at < operands.length - 1) return [operands.slice(0, at), operands.slice(at + 1)];
  throw new UserError(
    operands.length === 0 ? 'there are no runs to compare' : 'there is one side only',
    'name the runs before and after: ocpp-load compare base/*.olr -- new/*.olr',
  );
}
