import { randomStream } from '../base/random.ts';
import { type Duration, parseDurationNs } from '../base/units.ts';
import type { DurationDistribution, EmbeddedDelay } from '../scenario/types.ts';

export const DELAY_FORMS =
  '5ms, exponential:5ms, uniform:1ms:9ms, lognormal:20ms:0.5, normal:20ms:4ms';

export const DELAY_KINDS: readonly string[] = ['exponential', 'uniform', 'lognormal', 'normal'];

const asDuration = (text: string | undefined): Duration | undefined =>
  parseDurationNs(text) === undefined ? undefined : (text as Duration);

/** `'lognormal:20ms:0.5'` -> `{ lognormal: { median: '20ms', sigma: 0.5 } }`; see `DELAY_FORMS`. */
export function parseDelay(text: string): DurationDistribution | undefined {
  const parts = text.split(':');
  if (parts.length === 1) return asDuration(text);
  const [kind, firstText, secondText] = parts;
  const first = asDuration(firstText);
  if (first === undefined || parts.length !== (kind === 'exponential' ? 2 : 3)) return undefined;
  if (kind === 'exponential') return { exponential: first };
  if (kind === 'lognormal') {
    const sigma = /^\d+(\.\d+)?$/.test(secondText) ? Number(secondText) : Number.NaN;
    return Number.isNaN(sigma) ? undefined : { lognormal: { median: first, sigma } };
  }
  const second = asDuration(secondText);
  if (second === undefined) return undefined;
  if (kind === 'uniform') {
    const ordered = (parseDurationNs(first) as number) <= (parseDurationNs(second) as number);
    return ordered ? { uniform: [first, second] } : undefined;
  }
  return kind === 'normal' ? { normal: { mean: first, sd: second } } : undefined;
}

/**
 * A seeded draw of the distribution, ms, never below 0; `undefined` when a duration in it cannot
 * be read, a range runs backwards, or the shares of a mixture are not 1 together.
 */
export function delaySampler(delay: EmbeddedDelay, seed: number): (() => number) | undefined {
  const random = randomStream(seed, 0, 1);
  if (typeof delay === 'string' || !('mixture' in delay)) return samplerOf(delay, random);
  const samplers = delay.mixture.map(([, part]) => samplerOf(part, random));
  const sums = delay.mixture.map((_, i) =>
    delay.mixture.slice(0, i + 1).reduce((sum, [share]) => sum + share, 0),
  );
  if (samplers.includes(undefined) || Math.abs((sums.at(-1) ?? 0) - 1) > 1e-9) return undefined;
  return () => {
    const at = random();
    const chosen = sums.findIndex((sum) => at < sum);
    return (samplers.at(chosen) as () => number)();
  };
}

function samplerOf(
  distribution: DurationDistribution,
  random: () => number,
): (() => number) | undefined {
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const ms = (text: unknown) => (parseDurationNs(text) ?? Number.NaN) / 1e6;
  if (typeof distribution === 'string') {
    const delayMs = ms(distribution);
    return Number.isNaN(delayMs) ? undefined : () => delayMs;
  }
  if ('exponential' in distribution) {
    const meanMs = ms(distribution.exponential);
    return Number.isNaN(meanMs) ? undefined : () => -meanMs * Math.log(random());
  }
  if ('uniform' in distribution) {
    const [lowMs, highMs] = distribution.uniform.map(ms);
    return lowMs <= highMs ? () => lowMs + (highMs - lowMs) * random() : undefined;
  }
  if ('lognormal' in distribution) {
    const medianMs = ms(distribution.lognormal.median);
    const { sigma } = distribution.lognormal;
    return medianMs >= 0 && sigma >= 0 ? () => medianMs * Math.exp(sigma * normal()) : undefined;
  }
  const meanMs = ms(distribution.normal.mean);
  const sdMs = ms(distribution.normal.sd);
  return meanMs >= 0 && sdMs >= 0 ? () => Math.max(0, meanMs + sdMs * normal()) : undefined;
}
