/**
 * CALLs that neither the life nor the queue sends: triggered ones, statuses after a command or a
 * reconnect, steps of a firmware update. A short list a charger, in order; rare, so plain objects.
 */
import type { ExtraCall } from './rare-state.ts';
import type { Shard } from './shard.ts';
import { More } from './state.ts';

/** More wait for nobody: a central system that triggers faster than it answers. */
const MAX_EXTRAS = 100;

/** False: too many wait already, and `done` was told so. */
export function addExtra(shard: Shard, c: number, extra: ExtraCall): boolean {
  const extras = shard.extras.get(c) ?? [];
  if (extras.length >= MAX_EXTRAS) {
    extra.done?.(false, shard.clock.nowNs());
    return false;
  }
  shard.extras.set(c, extras);
  extras.push(extra);
  shard.state.more[c] |= More.extras;
  return true;
}

/** The first that may be sent; before the boot is accepted only triggered ones may. */
export function nextExtra(shard: Shard, c: number, onlyTriggered: boolean): ExtraCall | undefined {
  if ((shard.state.more[c] & More.extras) === 0) return undefined;
  const extras = shard.extras.get(c);
  return onlyTriggered ? extras?.find(({ triggered }) => triggered) : extras?.[0];
}

/** It is being sent: no longer waiting. */
export function takeExtra(shard: Shard, c: number, extra: ExtraCall): void {
  const left = (shard.extras.get(c) ?? []).filter((each) => each !== extra);
  if (left.length > 0) {
    shard.extras.set(c, left);
    return;
  }
  shard.extras.delete(c);
  shard.state.more[c] &= ~More.extras;
}

/** Forgets all that wait, and returns them. */
export function dropExtras(shard: Shard, c: number): readonly ExtraCall[] {
  const extras = shard.extras.get(c) ?? [];
  shard.extras.delete(c);
  shard.state.more[c] &= ~More.extras;
  return extras;
}
