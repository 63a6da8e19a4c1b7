/** Seeds of nkeys are secrets that users paste where a public key or a file is asked for. */

/** With a few characters missing or mistyped it still gives most of the secret away. */
const SEED = /(?<![A-Za-z0-9])([Ss][A-Za-z2-7])(?:(?<=S[A-Z2-7])[A-Z0-9]{28,}|[A-Za-z2-7]{56})/;
const SEEDS = new RegExp(SEED, 'g');

export const holdsSeed = (text: string): boolean => SEED.test(text);

/** Leaves the two letters of each seed that say what it is. */
export const hideSeeds = (text: string): string => text.replace(SEEDS, '$1…');
