/** Turns whatever loading a user's file threw into an error that names file, line and column. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildFailure } from 'esbuild';
import { ExitCode, UserError } from '../base/errors.ts';
import { originOf } from './hooks.ts';
import { redactUrls, stripControls } from './show.ts';

/** The folder of our own sources: their stack frames are not the user's. */
const OWN_FOLDER = fileURLToPath(new URL('..', import.meta.url));

export interface Place {
  readonly file: string;
  readonly line: number;
  /** From 1; 0 when unknown. */
  readonly column: number;
}

/** Address, query, line and column at the end of a line of a stack. */
const FRAME = /(?:^|\(|\s)((?:file:\/\/)?\/[^()]*?)(\?[^:()]*)?:(\d+)(?::(\d+))?\)?$/;

/** The innermost place in a user's file that a stack names. */
export function placeOf(error: unknown): Place | undefined {
  return placesOf(error)[0];
}

/** All places in the user's files that a stack names, the innermost first. */
function placesOf(error: unknown): Place[] {
  const stack = error instanceof Error || isErrorLike(error) ? String(error.stack) : '';
  return stack.split('\n').flatMap((line) => {
    const frame = FRAME.exec(line);
    if (!frame) return [];
    const [, path, query = '', row, column = '0'] = frame;
    // A runtime that maps no stacks leaves the address of the transformed source.
    const origin = query ? originOf(path + query, Number(row), Number(column)) : undefined;
    const url = origin?.url ?? path;
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (file.startsWith(OWN_FOLDER) || file.includes('/node_modules/')) return [];
    const shown = { line: Number(row), column: Number(column), ...origin };
    return [{ file, line: shown.line, column: shown.column }];
  });
}

const isErrorLike = (error: unknown): error is Error =>
  typeof error === 'object' && error !== null && 'stack' in error;

/** An exception of the user's own code, at load time or in a script. */
export function scenarioException(error: unknown, file: string): UserError {
  const place = placeOf(error);
  const where = place ? showPlace(place) : showPath(file);
  const [what, hint] =
    error instanceof UserError
      ? [error.message, error.hint]
      : [isErrorLike(error) ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`];
  return new UserError(
    `${where}: ${clean(what)}`,
    hint ?? 'thrown by the scenario',
    ExitCode.scenarioException,
  );
}

/**
 * What a script threw, as plain data that a thread can send: its place first, and below it where
 * that was called from. The engine's own lines are of no use to anybody.
 */
export function scriptException(error: unknown, file: string): { message: string; stack: string } {
  const { message, hint } = scenarioException(error, file);
  const callers = placesOf(error).slice(1);
  return {
    message: error instanceof UserError ? `${message}: ${hint}` : message,
    stack: callers.map((place) => `called at ${showPlace(place)}`).join('\n'),
  };
}

/** A file that cannot be read as a module: syntax, imports. */
export function cannotLoad(error: unknown, file: string): UserError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const place = placeOf(error);
  const where = place && !message.includes(place.file) ? showPlace(place) : showPath(file);
  const [text] = clean(message)
    .replace(/ imported from .*/, '')
    .split('\n');
  return new UserError(`${where}: ${text}`, hintFor(code, text));
}

function hintFor(code: string, text: string): string {
  const name = /^Cannot find package '([^']+)'/.exec(text);
  if (name) return `install it beside the scenario: npm install ${name[1]}`;
  if (code === 'ERR_MODULE_NOT_FOUND') return 'imports are relative to the file that holds them';
  return '';
}

export const isBuildFailure = (error: unknown): error is BuildFailure =>
  Array.isArray((error as BuildFailure).errors) && (error as BuildFailure).errors.length > 0;

/** The first message of esbuild, with the line and a caret below it. */
export function cannotBuild(failure: BuildFailure, folder: string, file: string): UserError {
  const [{ text, location }] = failure.errors;
  if (!location) return new UserError(`${showPath(file)}: ${clean(text)}`);
  const at = {
    file: `${folder}/${location.file}`,
    line: location.line,
    column: location.column + 1,
  };
  const indent = ' '.repeat(location.column);
  const carets = '^'.repeat(Math.max(1, location.length));
  return new UserError(
    `${showPlace(at)}: ${clean(text)}`,
    `${clean(location.lineText)}\n${indent}${carets}`,
  );
}

function showPlace({ file, line, column }: Place): string {
  return [showPath(file), line, ...(column > 0 ? [column] : [])].join(':');
}

/** Relative to the current folder when that is shorter. */
export function showPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.length < file.length && !path.startsWith('..') ? path : file;
}

const clean = (text: string) =>
  redactUrls(text.split('\n').map(stripControls).join('\n')).replaceAll(
    /\?ocpp-load[^\s:'"]*/g,
    '',
  );
