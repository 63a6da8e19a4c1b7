/** Keeps the program in hand while user code is loaded. */
import { UserError } from '../base/errors.ts';
import { lookOf } from '../report/look.ts';
import { placeOf, scenarioException, showPath } from '../scenario/load-error.ts';
import { outputToStderr } from '../scenario/output.ts';
import { reportError } from './errors.ts';

/**
 * Runs `load`. What the scenario prints goes to stderr; that it ends the process, or waits for
 * ever, is a mistake; what it throws behind our back is an exception of the scenario.
 */
export async function guardLoading<T>(scenarioPath: string, load: () => Promise<T>): Promise<T> {
  const restoreOutput = outputToStderr();
  const onExit = (code: number) => refuseExit(scenarioPath, code);
  let onThrown: (error: unknown) => void = () => {};
  const thrown = new Promise<never>((_, reject) => {
    onThrown = (error) => reject(scenarioException(error, scenarioPath));
  });
  process.on('exit', onExit);
  process.on('uncaughtException', onThrown);
  try {
    return await Promise.race([load(), thrown]);
  } finally {
    process.off('uncaughtException', onThrown);
    process.off('exit', onExit);
    restoreOutput();
  }
}

/** Node's own code for an event loop that ran empty below an `await`. */
const UNSETTLED_AWAIT = 13;

/** The process is already ending: all that is left to choose is the message and the code. */
function refuseExit(scenarioPath: string, code: number): void {
  const place = placeOf(new Error());
  const where = place ? `${showPath(place.file)}:${place.line}` : showPath(scenarioPath);
  const waiting = code === UNSETTLED_AWAIT && place === undefined;
  const error = waiting
    ? new UserError(`${where}: awaits something that never comes`, 'a top-level `await` must end')
    : new UserError(
        `${where}: process.exit(${code}) while the scenario was loading`,
        'take it out: a scenario says what to run, and ocpp-load ends the process',
      );
  const look = lookOf(process.stderr, process.env);
  const { text, exitCode } = reportError(error, 'nothing was started.', look);
  process.stderr.write(text);
  process.exitCode = exitCode;
}
