/** Source addresses as users write them: `10.0.0.5`, `10.0.0.10-20`, `10.0.0.0/28`, `fd00::5`. */
import { isIP, isIPv4 } from 'node:net';
import type { Check } from './checks.ts';
import { wrongValue } from './mistakes.ts';

/** More than carry a million chargers to one target. */
export const MOST_SOURCES = 1024;
const SMALLEST_PREFIX = 22;

export const SOURCE_WAYS =
  "addresses of this machine, such as '10.0.0.5', '10.0.0.10-20', '10.0.0.0/28' or 'fd00::5'";

/** Why a text is no source address. */
export interface Unfit {
  /** `counts backwards` */
  readonly says: string;
  readonly fix: string;
}

type Expanded = readonly string[] | Unfit;

const isUnfit = (found: Expanded): found is Unfit => 'says' in found;
const unfit = (says: string, fix: string): Unfit => ({ says, fix });
const NO_ADDRESS = unfit('is no address and no range of them', `it takes ${SOURCE_WAYS}`);

/**
 * The addresses that one text stands for, or why there are none. A range counts the last octet; a
 * network is taken without its first and last address, which no host has.
 */
export function expandSources(text: string): Expanded {
  const [, start, end] = /^([\d.]+)-([\d.]+)$/.exec(text) ?? [];
  const [, network, prefix] = /^([\d.]+)\/(\d+)$/.exec(text) ?? [];
  if (isIPv4(start ?? network ?? text)) {
    const nobodys = whyNobodys(start ?? network ?? text);
    if (nobodys !== null) return nobodys;
    if (start !== undefined) return rangeOf(start, end);
    return network === undefined ? [text] : networkOf(network, Number(prefix));
  }
  if (isIP(text) !== 6 || text.includes('%')) return NO_ADDRESS;
  // An address has many spellings; URLs know one of them.
  const address = new URL(`http://[${text}]`).hostname.slice(1, -1);
  return whyNobodys(address) ?? [address];
}

const ITS_OWN = 'a connection comes from an address of this machine: `ip address` lists them';

/** Addresses from which nothing can connect; neither a range nor a network leaves their block. */
function whyNobodys(address: string): Unfit | null {
  const octet = isIPv4(address) ? Number(address.split('.')[0]) : null;
  if (address === '::' || octet === 0) {
    return unfit('stands for any address, which is no source', ITS_OWN);
  }
  if (address === '255.255.255.255') return unfit('is the broadcast address', ITS_OWN);
  if (/^ff..:/.test(address) || (octet !== null && octet >= 224 && octet < 240)) {
    return unfit('is a multicast address, which only receives', ITS_OWN);
  }
  return octet !== null && octet >= 240 ? unfit('is reserved: no machine has it', ITS_OWN) : null;
}

function rangeOf(start: string, end: string): Expanded {
  const [net, first] = [start.replace(/\d+$/, ''), numberOf(start) % 256];
  if (end.includes('.')) {
    return unfit(
      'has a range of whole addresses',
      `the last octet alone ends it: ${net}${first}-9`,
    );
  }
  const last = Number(end);
  if (last > 255) {
    const fix = `it ends at 255: ${start}-255; a network of up to 1022 is ${net}0/22`;
    return unfit(`has a range up to ${end}, which no octet is`, fix);
  }
  if (last < first) {
    return unfit('has a range that counts backwards', `write it ${net}${last}-${first}`);
  }
  return addresses(numberOf(start), last - first + 1);
}

function networkOf(network: string, prefix: number): Expanded {
  if (prefix > 32) return unfit(`has a prefix of ${prefix}`, 'it is at most 32, one address');
  const count = 2 ** (32 - prefix);
  if (prefix < SMALLEST_PREFIX) {
    const fix = `at most ${MOST_SOURCES} are used: /${SMALLEST_PREFIX} or a longer prefix`;
    return unfit(`is a network of ${count} addresses`, fix);
  }
  const address = numberOf(network);
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
  return all.some(isUnfit) ? undefined : (all as string[][]).flat();
}

/** What is wrong with the first text that is none, in words with the fix; undefined: nothing. */
export function unfitSource(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const found = expandSources(text);
    if (isUnfit(found)) return `${text || 'an empty text'} ${found.says}\n${found.fix}`;
  }
  return undefined;
}

/** Checks the list of a scenario. */
export const checkSources: Check = (mistakes, path, value) => {
  if (!Array.isArray(value) || value.length === 0) {
    return wrongValue(mistakes, path, value, 'must be a list of addresses', SOURCE_WAYS);
  }
  const seen = new Map<string, string>();
  for (const [index, text] of value.entries()) {
    const at = `${path}[${index}]`;
    const found = typeof text === 'string' ? expandSources(text) : NO_ADDRESS;
    if (isUnfit(found)) {
      wrongValue(mistakes, at, text, found.says, found.fix);
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
