/** Text from users on its way to a screen: short, without control characters and credentials. */
import { hideSeeds } from '../base/seed.ts';

const LONGEST = 48;

/** Hides the user part of every URL in a text, and seeds of keys. */
export function redactUrls(text: string): string {
  return hideSeeds(text.replace(/(\/\/)[^/?#\s'"`]*@/g, '$1***@'));
}

/** A value as a user would write it: `'30sec'`, `{ ovr: '20s' }`, `[1, 2]`. */
export function show(value: unknown): string {
  const text = redactUrls(write(value, 0));
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return `'${stripControls(value)}'`;
  if (typeof value === 'function') return value.name || 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth === 2) return Array.isArray(value) ? '[…]' : '{…}';
  if (Array.isArray(value)) return `[${value.map((v) => write(v, depth + 1)).join(', ')}]`;
  const entries = Object.entries(value).map(([key, v]) => `${key}: ${write(v, depth + 1)}`);
  return entries.length ? `{ ${entries.join(', ')} }` : '{}';
}

export function stripControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '');
}
