import { randomStream } from '../base/random.ts';

/** Each charger has streams of its own: chargers do not disturb each other's draws. */
export function chargerStream(seed: number, identity: string, purpose = 0): () => number {
  return randomStream(seed, hashText(identity), purpose);
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
