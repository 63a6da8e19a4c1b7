import { effectHistogram, type ShardMemory } from '../../../snapshot/layout.ts';
import { record } from '../../latency/recorder.ts';

const PUSH_EFFECT = effectHistogram('SetChargingProfile');
/** Without a SetChargingProfile for so long a push is over, and the next one begins a new one. */
const PUSH_GAP_NS = 10e9;

/** When the running push of charging profiles began, and when its latest profile arrived, ns. */
export const PUSH_WORDS = 2;

/**
 * Takes the arrival of each profile: records how far its push is spread over the chargers, which
 * is since its first profile reached any of them.
 * @param words `PUSH_WORDS` of them, the same for all shards of a process.
 */
export function pushSpread(
  memory: ShardMemory,
  words: BigInt64Array = new BigInt64Array(PUSH_WORDS),
): (arrivedNs: number) => void {
  return (arrivedNs) => {
    const now = BigInt(Math.round(arrivedNs));
    const last = Atomics.exchange(words, 1, now);
    if (last === 0n || now - last > BigInt(PUSH_GAP_NS)) Atomics.store(words, 0, now);
    record(memory, PUSH_EFFECT, Math.max(0, Number(now - Atomics.load(words, 0))));
  };
}
