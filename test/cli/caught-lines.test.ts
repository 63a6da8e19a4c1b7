import { expect, test } from 'vitest';
import { catchLines } from '../../src/cli/caught-lines.ts';

function caught() {
  const written: string[] = [];
  const shown: string[] = [];
  const out = {
    write(text: string) {
      written.push(text);
      return true;
    },
  };
  const stop = catchLines(out, (lines, raw) => {
    shown.push(lines);
    raw.write(lines);
  });
  // As Node writes: bytes, an encoding, a function to call.
  const write = out.write as (chunk: string | Uint8Array, ...rest: unknown[]) => boolean;
  return { written, shown, stop, write: (...all: Parameters<typeof write>) => write(...all), out };
}

test('whole lines are shown, the beginning of one waits for its end', () => {
  const { written, shown, write, stop } = caught();
  write('a');
  expect(shown).toEqual([]);
  write('b\nc\nd');
  expect(shown).toEqual(['ab\nc\n']);
  stop();
  expect(written).toEqual(['ab\nc\n', 'd']);
});

test('bytes may part within a character, and who waits for a write is told', async () => {
  const { shown, write } = caught();
  const bytes = Buffer.from('é\n');
  write(bytes.subarray(0, 1));
  await new Promise<void>((done) => write(bytes.subarray(1), 'utf8', done));
  expect(shown).toEqual(['é\n']);
});
