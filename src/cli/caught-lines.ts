/** Others write to the terminal of a view too: `console.log` of a scenario, warnings of Node. */
import { StringDecoder } from 'node:string_decoder';
import type { Out } from './io.ts';

/** What was written by the one who asked to catch lines, as it always was. */
export type RawOut = Pick<Out, 'write' | 'columns'>;

/**
 * Gives the whole lines that anybody writes to `out` to `show`; the beginning of a line waits for
 * its end. `raw` writes without being caught.
 *
 * @returns how to stop, which writes what still waits.
 */
export function catchLines(out: Out, show: (lines: string, raw: RawOut) => void) {
  const { write } = out;
  const raw = rawOut(out);
  const decoder = new StringDecoder();
  let begun = '';
  out.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    begun += typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    const end = begun.lastIndexOf('\n') + 1;
    const lines = begun.slice(0, end);
    begun = begun.slice(end);
    if (lines !== '') show(lines, raw);
    // As a stream has it: who waits for a write is told.
    const done = rest.find((each) => typeof each === 'function');
    if (done !== undefined) process.nextTick(done as () => void);
    return true;
  };
  return () => {
    out.write = write;
    if (begun !== '') raw.write(begun);
  };
}

/** Of the stream as it is now, whatever is done to it afterwards. */
export function rawOut(out: Out): RawOut {
  const write = out.write.bind(out);
  return {
    write: (text) => write(text),
    get columns() {
      return out.columns;
    },
  };
}
