/** The local authorization list, the cache, and DataTransfer (OCPP 1.6, 5.4, 5.6, 5.10, 5.15). */
import { TemplateIndex } from '../../../plan/plan.ts';
import { rareOf } from '../rare.ts';
import { fleetOf, type Shard } from '../shard.ts';
import { accepted, type CommandAnswer, type CommandContext, refused, result } from './answer.ts';

const MAX_ENTRIES = 1000;

export function getLocalListVersion({ shard, c }: CommandContext): CommandAnswer {
  return result({ listVersion: shard.rare.get(c)?.localListVersion ?? 0 });
}

interface ListEntry {
  readonly idTag: string;
  readonly idTagInfo?: object;
}

/** A differential update needs a newer version; an entry without info takes the idTag out. */
export function sendLocalList({ shard, c, payload }: CommandContext): CommandAnswer {
  const rare = rareOf(shard, c);
  const { listVersion, updateType } = payload;
  const entries: readonly ListEntry[] = payload.localAuthorizationList ?? [];
  const isFull = updateType === 'Full';
  if (listVersion <= 0) return refused('Failed');
  if (!isFull && listVersion <= rare.localListVersion) return refused('VersionMismatch');
  const list = new Set(isFull ? [] : rare.localListEntries);
  for (const { idTag, idTagInfo } of entries) {
    if (idTagInfo === undefined) list.delete(idTag);
    else list.add(idTag);
  }
  if (list.size > MAX_ENTRIES) return refused('Failed');
  rare.localListEntries = list;
  rare.localListVersion = listVersion;
  return accepted();
}

export function clearCache(): CommandAnswer {
  return accepted();
}

/** A vendor that it is not, it does not know. */
export function dataTransfer({ shard, c, payload }: CommandContext): CommandAnswer {
  return payload.vendorId === vendorOf(shard, c) ? accepted() : refused('UnknownVendorId');
}

/** As its BootNotification tells it. */
function vendorOf(shard: Shard, c: number): string | undefined {
  const { texts } = fleetOf(shard, c).plan.templates[TemplateIndex.boot];
  return /"chargePointVendor":"([^"]*)"/.exec(texts.join(''))?.[1];
}
