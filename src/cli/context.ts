import type { Look } from '../report/look.ts';
import type { Io } from './io.ts';

/** What the commands of one `main` share: Commander gives actions no way to return a value. */
export interface Context {
  readonly io: Io;
  exitCode: number;
  /** What an error has kept from happening, e.g. `nothing was started.` */
  consequence: string;
  /** The looks of the two streams; a command that reads `--no-color` sets them anew. */
  stdoutLook: Look;
  stderrLook: Look;
}
