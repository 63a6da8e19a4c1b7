/**
 * Tells what a store has and what changes in it. What the server publishes of a change only says
 * that it is time to ask: so whoever watches needs no permission to make consumers, with which it
 * could have the server send anything anywhere.
 */
import type { StoreEntry } from '../bus/bus.ts';
import { guard } from './guard.ts';
import type { Link } from './link.ts';

export interface Store {
  readonly stream: string;
  /** Of the subjects of its entries, before the key: `$KV.<bucket>.` */
  readonly prefix: string;
  /** Of the subjects where the server says that an entry has changed. */
  readonly hints: string;
  get(key: string): Promise<StoreEntry | null>;
}

/** Hints can get lost. */
const ASK_AGAIN_MS = 2_000;

export function watchStore(
  link: Link,
  store: Store,
  keys: string,
  take: (entry: StoreEntry) => void,
): () => void {
  const watch: Watch = { store, told: new Map(), asking: new Set(), again: new Set(), over: false };
  const ask = (key: string) => askFor(link, watch, key, take);
  const askAll = () => {
    if (watch.over || link.presence.isAway()) return;
    if (!/[*>]/.test(keys)) return ask(keys);
    keysOf(link, store, keys).then(
      (found) => found.forEach(ask),
      () => {},
    );
  };
  const subscription = link.nc.subscribe(`${store.hints}${keys}`, {
    callback: (error, { subject }) => {
      if (!error) ask(subject.slice(store.hints.length));
    },
  });
  const timer = setInterval(askAll, ASK_AGAIN_MS);
  timer.unref();
  const stopHearing = link.presence.onAway(askAll);
  askAll();
  return () => {
    watch.over = true;
    clearInterval(timer);
    stopHearing();
    subscription.unsubscribe();
  };
}

interface Watch {
  readonly store: Store;
  /** The revision of each key that was told last. */
  readonly told: Map<string, number>;
  readonly asking: Set<string>;
  /** Keys to ask for once more: they have changed since they were asked for. */
  readonly again: Set<string>;
  over: boolean;
}

function askFor(link: Link, watch: Watch, key: string, take: (entry: StoreEntry) => void): void {
  if (watch.over) return;
  if (watch.asking.has(key)) return void watch.again.add(key);
  watch.asking.add(key);
  const told = (entry: StoreEntry | null) => {
    if (watch.over || entry === null || entry.revision <= (watch.told.get(key) ?? 0)) return;
    watch.told.set(key, entry.revision);
    guard(() => take(entry));
  };
  // What cannot be had now is asked for again soon, or when the bus is back.
  watch.store
    .get(key)
    .then(told, () => {})
    .finally(() => {
      watch.asking.delete(key);
      if (watch.again.delete(key)) askFor(link, watch, key, take);
    });
}

async function keysOf(link: Link, { stream, prefix }: Store, keys: string): Promise<string[]> {
  const wanted = { subjects_filter: `${prefix}${keys}` };
  const { state } = await link.jsm.streams.info(stream, wanted);
  return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
}
