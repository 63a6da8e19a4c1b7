/** Source addresses as users write them: `10.0.0.5`, `10.0.0.10-20`, `10.0.0.0/28`, `fd00::5`. */
import { isIP, isIPv4 } from 'node:net';
import type { Check } from './checks.ts';
import { wrongValue } from './mistakes.ts';

/** More than carry a million chargers to one target. */
export const MOST_SOURCES = 1024;
const SMALLEST_PREFIX = 22;

export const SOURCE_WAYS =
  "addresses of this machine, such as '10.0.0.5', '10.0.0.10-20', '10.0.0.0/28' or 'fd00::5'";

/**
 * The addresses that one text stands for; undefined: it is none of these. A range counts the last
 * octet; a network is taken without its first and last address, which no host has.
 */
export function expandSources(text: string): string[] | undefined {
  const [, start, last] = /^([\d.]+)-(\d{1,3})$/.exec(text) ?? [];
  if (start !== undefined) return isIPv4(start) ? rangeOf(start, Number(last)) : undefined;
  const [, network, prefix] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  if (network !== undefined) {
    return isIPv4(network) ? networkOf(numberOf(network), Number(prefix)) : undefined;
  }
  if (isIPv4(text)) return [text];
  // An address has many spellings; URLs know one of them.
  return isIP(text) === 6 && !text.includes('%')
    ? [new URL(`http://[${text}]`).hostname.slice(1, -1)]
    : undefined;
}

function rangeOf(start: string, last: number): string[] | undefined {
  const first = numberOf(start) % 256;
  if (last < first || last > 255) return undefined;
  return addresses(numberOf(start), last - first + 1);
}

function networkOf(address: number, prefix: number): string[] | undefined {
  if (prefix < SMALLEST_PREFIX || prefix > 32) return undefined;
  const count = 2 ** (32 - prefix);
  const first = address - (address % count);
  return count <= 2 ? addresses(first, count) : addresses(first + 1, count - 2);
}

const numberOf = (address: string) =>
  address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);

const addresses = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    [24, 16, 8, 0].map((bits) => Math.floor((first + i) / 2 ** bits) % 256).join('.'),
  );

/** All of them, in their order; undefined: one of the texts is none. */
export function sourceList(texts: readonly string[]): string[] | undefined {
  const all = texts.map(expandSources);
  return all.includes(undefined) ? undefined : (all as string[][]).flat();
}

/** Checks the list of a scenario. */
export const checkSources: Check = (mistakes, path, value) => {
  if (!Array.isArray(value) || value.length === 0) {
    return wrongValue(mistakes, path, value, 'must be a list of addresses', SOURCE_WAYS);
  }
  const seen = new Map<string, string>();
  for (const [index, text] of value.entries()) {
    const at = `${path}[${index}]`;
    const found = typeof text === 'string' ? expandSources(text) : undefined;
    if (found === undefined) {
      wrongValue(mistakes, at, text, 'is no address and no range of them', SOURCE_WAYS);
      continue;
    }
    const twin = found.find((each) => seen.has(each));
    if (twin !== undefined) {
      const fix = `${twin} is in '${seen.get(twin)}' already`;
      wrongValue(mistakes, at, text, 'names an address twice', fix);
    }
    for (const each of found) seen.set(each, text);
  }
  if (seen.size <= MOST_SOURCES) return;
  wrongValue(mistakes, path, value, `has ${seen.size} addresses`, `at most ${MOST_SOURCES}`);
};
