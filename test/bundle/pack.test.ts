import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { isSafeName, packFiles, readFiles, unpackBundle } from '../../src/bundle/pack.ts';
import { mistakeOf } from '../scenario/fixture.ts';
import { scratchFolder } from '../scenario/scratch.ts';

const file = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });
const names = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9_ .-]{1,12}$/), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter(isSafeName);
const manyFiles = fc.uniqueArray(fc.record({ name: names, bytes: fc.uint8Array() }), {
  selector: ({ name }) => name,
  minLength: 1,
  maxLength: 8,
});

/** A bundle with this head, whatever it says. */
function forged(head: unknown, bodies = ''): Uint8Array {
  const text = Buffer.from(typeof head === 'string' ? head : JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return gzipSync(Buffer.concat([length, text, Buffer.from(bodies)]));
}
const SCHEMA = 'ocpp-load/bundle/1';
const of = (...files: unknown[]) => forged({ schema: SCHEMA, files });

describe('files as bytes', () => {
  test('property: come back as they were', () => {
    fc.assert(
      fc.property(manyFiles, (files) => {
        const back = readFiles(packFiles(files));
        expect(back.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
        const same = back.map(({ bytes }, i) => Buffer.compare(bytes, files[i].bytes) === 0);
        expect(same).not.toContain(false);
      }),
    );
  });

  test('property: the same files give the same bytes', () => {
    fc.assert(
      fc.property(manyFiles, (files) => {
        expect(Buffer.compare(packFiles(files), packFiles(structuredClone(files)))).toBe(0);
      }),
    );
  });

  test('the head of gzip tells no time and no system', () => {
    const packed = packFiles([file('a.mjs', 'x')]);
    expect([...packed.subarray(4, 8), packed[9]]).toEqual([0, 0, 0, 0, 255]);
  });

  test('property: what is no bundle is a UserError', () => {
    const files = packFiles([file('a.mjs', 'export default 1;'), file('b.csv', 'identity')]);
    const inner = gunzipSync(files);
    const damage = fc.tuple(fc.nat(inner.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), damage), (what) => {
        const bytes = what instanceof Uint8Array ? what : gzipSync(spoil(inner, ...what));
        try {
          for (const { name } of readFiles(bytes)) expect(isSafeName(name)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});

function spoil(bytes: Buffer, at: number, change: number): Buffer {
  const spoilt = Buffer.from(bytes);
  spoilt[at] ^= change;
  return spoilt;
}

describe('a hostile bundle', () => {
  test.each([
    ['not gzip', Buffer.from('hello'), 'incorrect header check'],
    ['nothing', gzipSync(''), 'its head is cut'],
    ['a head beyond the end', gzipSync(Buffer.from([255, 0, 0, 0, 1])), 'its head is cut'],
    ['a huge head', gzipSync(Buffer.from([255, 255, 255, 255])), 'its head is cut'],
    ['no JSON', forged('{'), 'its head is no JSON'],
    ['another schema', forged({ schema: 'ocpp-load/bundle/2' }), `it is not ${SCHEMA}`],
    ['null', forged(null), `it is not ${SCHEMA}`],
    ['no files', of(), 'it has 1 to 1000 files'],
    ['a file that is null', of(null), 'a file of it is no object'],
    ['no size', of({ name: 'a' }), 'a file of it has no size'],
    ['a size below 0', of({ name: 'a', bytes: -1 }), 'a file of it has no size'],
    ['a size beyond the end', of({ name: 'a', bytes: 9 }), 'its files are cut'],
    [
      'more than is said',
      forged({ schema: SCHEMA, files: [{ name: 'a', bytes: 1 }] }, 'xy'),
      'cut',
    ],
    ['a name twice', of({ name: 'a', bytes: 0 }, { name: 'a', bytes: 0 }), 'have one name'],
  ])('%s', (_, bytes, says) => {
    expect(mistakeOf(() => readFiles(bytes))).toContain(says);
  });

  test.each([
    ...['../a', '/a', 'a/../../b', '..', '.', '', 'a//b', './a', 'a/', '\\a', 'c:a', 'a\0b'],
    ...['a/./b', 'x'.repeat(256), 'abc/'.repeat(250), 'a\nb'],
  ])('no name: %j', (name) => {
    const folder = join(scratchFolder(), 'run');
    const bytes = of({ name: 'a.mjs', bytes: 0 }, { name, bytes: 0 });
    const said = mistakeOf(() => unpackBundle(bytes, folder));
    expect(said).toContain('the name of a file leads out of its folder');
    expect(existsSync(folder)).toBe(false);
  });

  test('property: a name that is taken stays in its folder', () => {
    const parts = fc.constantFrom('..', '.', '', 'a', '...', '~', '__proto__', ' ');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), (all) => {
        const name = all.join('/');
        if (!isSafeName(name)) return;
        expect(relative('/run', join('/run', name))).toBe(name);
      }),
    );
  });
});

describe('unpackBundle', () => {
  test('writes all files, for their owner alone, and tells where the scenario is', () => {
    const folder = join(scratchFolder(), 'a', 'run');
    const files = [file('_/fleet.mjs', 'export default 1;'), file('data/x.csv', 'identity\n')];
    expect(unpackBundle(packFiles(files), folder)).toBe(join(folder, '_/fleet.mjs'));
    expect(readFileSync(join(folder, 'data/x.csv'), 'utf8')).toBe('identity\n');
    expect(readdirSync(folder).sort()).toEqual(['_', 'data']);
    const modes = ['', '_', '_/fleet.mjs'].map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o600]);
  });

  test('never writes among other files', () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'mine'), '');
    expect(() => unpackBundle(packFiles([file('a.mjs', '')]), folder)).toThrow('an empty folder');
    expect(readdirSync(folder)).toEqual(['mine']);
  });
});
