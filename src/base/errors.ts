/** The process exit codes; documented in the README. */
export const ExitCode = {
  ok: 0,
  thresholds: 99,
  badConfiguration: 104,
  interrupted: 105,
  scenarioException: 107,
  aborted: 108,
  internal: 109,
  invalid: 120,
  regression: 121,
  preflight: 122,
  inconclusive: 123,
  noCapacity: 124,
  /** By a second signal, without a report. */
  leftAtOnce: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * A mistake of the user: shown without a stack trace, with what to change.
 * `message` says what is wrong; `hint` says what is allowed and how to fix it.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(message: string, hint = '', exitCode: ExitCode = ExitCode.badConfiguration) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}
