/** The target's address: what it may be, and which hosts a scenario allows. */

import { nearest } from '../base/nearest.ts';
import { type Mistakes, missing, wrongValue } from './mistakes.ts';

const WAYS = "'embedded', or a URL such as 'wss://host/ocpp/{id}'";
const MOST_TARGETS = 1000;

/** One or several; those of a text are parted by commas. */
export const targetsOf = (target: string | readonly string[]): string[] =>
  typeof target === 'string' ? target.trim().split(BETWEEN) : [...target];

/** A comma within a URL is not followed by what looks like another target, nor by nothing. */
const BETWEEN = /\s*,\s*(?=[a-z][a-z\d+.-]*:\/\/|embedded\b|,|$)/i;

/** The other way round. */
export const targetsText = (targets: readonly string[]): string => targets.join(', ');

export const checkTarget = (mistakes: Mistakes, value: unknown, allowTargets: unknown) => {
  if (Array.isArray(value)) return checkTargets(mistakes, value, allowTargets, true);
  if (typeof value !== 'string') return checkOne(mistakes, 'target', value, allowTargets);
  const targets = targetsOf(value);
  if (targets.length > 1) checkTargets(mistakes, targets, allowTargets, false);
  else checkOne(mistakes, 'target', value, allowTargets);
};

/** `isList`: as the user wrote them, so that an index says which one is meant. */
const checkTargets = (
  mistakes: Mistakes,
  targets: readonly unknown[],
  allowTargets: unknown,
  isList: boolean,
) => {
  const says = `has ${targets.length} targets`;
  if (targets.length === 0 || targets.length > MOST_TARGETS) {
    return wrongValue(mistakes, 'target', targets, says, `1 to ${MOST_TARGETS} are allowed`);
  }
  const schemeOf = (target: unknown) => /^wss?:/i.exec(String(target))?.[0].toLowerCase();
  const scheme = schemeOf(targets[0]);
  targets.forEach((target, index) => {
    const path = isList ? `target[${index}]` : 'target';
    const before = mistakes.length;
    checkOne(mistakes, path, target, allowTargets);
    if (mistakes.length > before) return;
    if (target === 'embedded' && targets.length > 1) {
      wrongValue(mistakes, path, target, 'stands alone', 'several targets are URLs');
    } else if (scheme !== undefined && schemeOf(target) !== scheme) {
      const fix = 'all of ws://, or all of wss://';
      wrongValue(mistakes, path, target, `is not ${scheme}// like the first`, fix);
    }
  });
};

const checkOne = (mistakes: Mistakes, path: string, value: unknown, allowTargets: unknown) => {
  const at = (says: string, fix: string) => wrongValue(mistakes, path, value, says, fix);
  if (value === undefined || value === null) return missing(mistakes, path, `allowed: ${WAYS}`);
  if (typeof value !== 'string') return at('must be a text', `allowed: ${WAYS}`);
  if (value.trim() === '') {
    return at('is empty', `allowed: ${WAYS}; is the environment variable set?`);
  }
  if (value === 'embedded') return;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !['ws:', 'wss:'].includes(url.protocol)) return at(...notWebSocket(value));
  if (/[{}]|%7b/i.test(url.host) || /\{(?!id\})/.test(value)) {
    return at('has a wrong placeholder', 'only {id} is known, in the path or the query');
  }
  if (url.hash) return at('has a fragment (#)', 'a WebSocket URL has none: write # as %23');
  const allowed = Array.isArray(allowTargets) ? allowTargets.filter(isText) : undefined;
  if (allowed && !allowed.some((pattern) => hostMatches(pattern, url))) {
    at('is refused by allowTargets', `allowed hosts: ${allowed.join(', ') || 'none'}`);
  }
};

const isText = (value: unknown): value is string => typeof value === 'string';

function notWebSocket(value: string): [says: string, fix: string] {
  const http = /^http(s?):\/\//i.exec(value);
  if (http) return ['must be a WebSocket URL', `write ws${http[1].toLowerCase()}:// instead`];
  const near = nearest(value.trim(), ['embedded']);
  if (near) return ['is not a target', `did you mean '${near}'?`];
  return ['is not a target', `allowed: ${WAYS}`];
}

/** `*` stands for any characters; a pattern with a port must match it too. */
export function hostMatches(pattern: string, url: URL): boolean {
  const host = /:\d+$/.test(pattern) ? url.host : url.hostname;
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 'i').test(host);
}

/** The URL with `{id}` in it: appended as the last path segment when there is none. */
export function targetUrl(target: string): string {
  if (target.includes('{id}')) return target;
  const [, path, query] = /^([^?]*)(.*)$/.exec(target) as RegExpExecArray;
  return `${path}${path.endsWith('/') ? '' : '/'}{id}${query}`;
}
