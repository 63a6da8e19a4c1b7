/** Files as bytes and back: the same files give the same bytes, on every machine. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { assert } from '../base/assert.ts';
import { UserError } from '../base/errors.ts';
import { isRecord } from '../scenario/checks.ts';

export interface PackedFile {
  /** Below the folder of the bundle, with forward slashes. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Unpacked; more is no scenario. */
const MOST_BYTES = 512 * 1024 * 1024;
const MOST_FILES = 1000;
const MOST_HEAD_BYTES = 1024 * 1024;
const SCHEMA = 'ocpp-load/bundle/1';

/** The first file is the scenario. */
export function packFiles(files: readonly PackedFile[]): Uint8Array {
  const head = Buffer.from(
    JSON.stringify({
      schema: SCHEMA,
      files: files.map(({ name, bytes }) => ({ name, bytes: bytes.length })),
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const packed = gzipSync(Buffer.concat([length, head, ...files.map(({ bytes }) => bytes)]));
  // RFC 1952: the operating system; 255 is unknown.
  packed[9] = 255;
  return packed;
}

/** @throws UserError for bytes that `packFiles` did not make. */
export function readFiles(packed: Uint8Array): PackedFile[] {
  const all = inflate(packed);
  const headBytes = all.length >= 4 ? all.readUInt32LE() : 0;
  if (headBytes > MOST_HEAD_BYTES || 4 + headBytes > all.length) throw damaged('its head is cut');
  let at = 4 + headBytes;
  const files = readHead(all.toString('utf8', 4, at)).map(({ name, bytes }) => {
    at += bytes;
    return { name, bytes: all.subarray(at - bytes, at) };
  });
  if (at !== all.length) throw damaged('its files are cut');
  return files;
}

function inflate(packed: Uint8Array): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw damaged((error as Error).message);
  }
}

function readHead(text: string): { name: string; bytes: number }[] {
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch {
    throw damaged('its head is no JSON');
  }
  if (!isRecord(head) || head.schema !== SCHEMA) throw damaged(`it is not ${SCHEMA}`);
  const { files } = head;
  if (!Array.isArray(files) || files.length === 0 || files.length > MOST_FILES) {
    throw damaged(`it has 1 to ${MOST_FILES} files`);
  }
  const entries = files.map((file: unknown) => {
    if (!isRecord(file)) throw damaged('a file of it is no object');
    const { name, bytes } = file;
    if (typeof name !== 'string' || !isSafeName(name)) {
      throw damaged('the name of a file leads out of its folder');
    }
    if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) {
      throw damaged('a file of it has no size');
    }
    return { name, bytes };
  });
  if (new Set(entries.map(({ name }) => name)).size < entries.length) {
    throw damaged('two of its files have one name');
  }
  return entries;
}

/** A relative path downwards, of parts that mean nothing to any file system. */
export function isSafeName(name: string): boolean {
  if (name.length > 1000 || /[\\:\p{Cc}]/u.test(name)) return false;
  return name.split('/').every((part) => part.length <= 255 && !/^\.{0,2}$/.test(part));
}

/**
 * Writes the files of a bundle into `folder`, which is empty or not there.
 * @returns the path of the scenario in it, for `loadScenario`.
 * @throws UserError for bytes that are no bundle; nothing was written then.
 */
export function unpackBundle(bytes: Uint8Array, folder: string): string {
  const files = readFiles(bytes);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assert(readdirSync(folder).length === 0, `a bundle is unpacked into an empty folder: ${folder}`);
  for (const { name, bytes: content } of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
  }
  return join(folder, files[0].name);
}

/** A text about the scenario `file`, in which its files are named as the user knows them. */
export const withoutFolder = (text: string, file: string): string =>
  text.replaceAll(`${dirname(file)}/`, '');

const damaged = (what: string) =>
  new UserError(`the bundle of the run cannot be read: ${what}`, 'start the run again');
