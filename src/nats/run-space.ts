/** What NATS keeps of a run: a stream for its log and a bucket for its store. */
import { createHmac } from 'node:crypto';
import { DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { nanos, nuid } from '@nats-io/transport-node';
import { BusError, type RunSpace } from '../bus/bus.ts';
import { busError, isGone, isTaken, isUnheard, roomError } from './failure.ts';
import { follow } from './follow.ts';
import { ANSWER_LIMIT_MS, type Link } from './link.ts';
import { type Store, watchStore } from './watch.ts';

const HOUR_MS = 3_600_000;
/** Nothing of a run is kept longer, whoever forgot it; no run lasts that long. */
const KEPT_MS = 7 * 24 * HOUR_MS;
/** An append that is tried again after an outage must still be known. */
const KNOWN_MS = HOUR_MS;

const logStream = (runId: string) => `OCPPLOAD_${runId}`;
const bucket = (runId: string) => `OCPPLOAD_${runId}`;
const storeStream = (runId: string) => `KV_${bucket(runId)}`;
const logSubjects = (runId: string) => `ocppload.run.${runId}.up.*`;
const storePrefix = (runId: string) => `$KV.${bucket(runId)}.`;
/** Where the server tells everybody that an entry has changed. */
const hintPrefix = (runId: string) => `ocppload.run.${runId}.store.`;
const logSubject = (runId: string, agent: string) => `ocppload.run.${runId}.up.${agent}`;

/** @throws BusError `conflict`, `away`, `timeout`; UserError when the server has no room for it */
export async function createRun(link: Link, runId: string): Promise<RunSpace> {
  const kept = { num_replicas: link.replicas, storage: StorageType.File };
  const create = async () => {
    await link.jsm.streams.add({
      ...kept,
      name: logStream(runId),
      // No two are alike, so that only one of two that are created at a time is.
      description: `ocpp-load: log of a run (${nuid.next()})`,
      subjects: [logSubjects(runId)],
      retention: RetentionPolicy.Limits,
      // What is kept is never pushed out: the append is refused.
      discard: DiscardPolicy.New,
      max_bytes: link.logBytes,
      max_age: nanos(KEPT_MS),
      duplicate_window: nanos(KNOWN_MS),
    });
    try {
      await createStore(link, runId);
    } catch (error) {
      await link.jsm.streams.delete(logStream(runId)).catch(() => {});
      throw error;
    }
  };
  try {
    await link.presence.whileThere(create);
  } catch (error) {
    if (isTaken(error)) throw new BusError('conflict', `There is a run "${runId}".`);
    throw roomError(error, link) ?? busError(error, `run ${runId}`);
  }
  return openSpace(link, runId);
}

async function createStore(link: Link, runId: string): Promise<void> {
  await new Kvm(link.js).create(bucket(runId), {
    description: 'ocpp-load: store of a run',
    history: 1,
    replicas: link.replicas,
    max_bytes: link.storeBytes,
    ttl: KEPT_MS,
    // A replica may be behind, and whoever lost a confirmation reads what it wrote.
    allow_direct: false,
    republish: {
      src: `${storePrefix(runId)}>`,
      dest: `${hintPrefix(runId)}>`,
      headers_only: true,
    },
  });
}

export async function openRun(link: Link, runId: string): Promise<RunSpace> {
  await known(link, runId, async () => {
    await link.jsm.streams.info(logStream(runId));
    await link.jsm.streams.info(storeStream(runId));
  });
  return openSpace(link, runId);
}

export async function removeRun(link: Link, runId: string): Promise<void> {
  for (const stream of [logStream(runId), storeStream(runId)]) {
    await known(link, runId, () => link.jsm.streams.delete(stream)).catch((error) => {
      if (!(error instanceof BusError && error.fault === 'missing')) throw error;
    });
  }
}

async function openSpace(link: Link, runId: string): Promise<RunSpace> {
  const kv = await new Kvm(link.js).open(bucket(runId), { allow_direct: false });
  const store: Store = {
    stream: storeStream(runId),
    prefix: storePrefix(runId),
    hints: hintPrefix(runId),
    get: (key) => known(link, runId, () => get(kv, key)),
  };
  return {
    append: (agent, id, data) =>
      known(link, runId, async () => {
        const options = { msgID: messageId(link, agent, id), timeout: ANSWER_LIMIT_MS };
        await link.js.publish(logSubject(runId, agent), data, options);
      }),
    read: (take) => {
      const source = { stream: logStream(runId), filter: logSubjects(runId) };
      return follow(link, source, (msg, sequence) => {
        take({ sequence, agent: lastToken(msg.subject), data: msg.data });
      });
    },
    get: store.get,
    put: (key, value, revision) =>
      known(link, runId, () =>
        kv.put(key, value, { previousSeq: revision, timeout: ANSWER_LIMIT_MS }),
      ),
    watch: (keys, take) => watchStore(link, store, keys, take),
  };
}

/**
 * The server drops what has an id that is in the log, whoever wrote that: an agent that guessed
 * those of another could keep its words out.
 */
const messageId = ({ secret }: Link, agent: string, id: string) =>
  `${id}-${createHmac('sha256', secret).update(`${agent} ${id}`).digest('base64url').slice(0, 22)}`;

async function get(kv: KV, key: string) {
  const entry = await kv.get(key);
  if (entry === null || entry.operation !== 'PUT') return null;
  return { key, value: entry.value, revision: entry.revision };
}

const lastToken = (subject: string) => subject.slice(subject.lastIndexOf('.') + 1);

/** Does `act`; what fails because the run is not there fails with `missing`. */
async function known<T>(link: Link, runId: string, act: () => Promise<T>): Promise<T> {
  try {
    return await link.presence.whileThere(act);
  } catch (error) {
    const gone = isGone(error) || (isUnheard(error) && (await isRemoved(link, runId)));
    if (gone) throw new BusError('missing', `There is no run "${runId}".`);
    throw busError(error, `run ${runId}`);
  }
}

/** A stream that nobody hears may only be slow to come back after a restart. */
async function isRemoved(link: Link, runId: string): Promise<boolean> {
  return link.jsm.streams.info(logStream(runId)).then(() => false, isGone);
}
