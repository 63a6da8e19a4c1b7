/** Runs the embedded central system in as many processes as its options say. */
import { createServer } from 'node:net';
import { UserError } from '../base/errors.ts';
import { addCounters, type CsmsCounters } from './counters.ts';
import { checkTogether } from './light/options.ts';
import { listen } from './listen.ts';
import { type CsmsOptions, MAX_PORT } from './options.ts';
import { canSharePort, type Place } from './place.ts';
import { type CsmsExit, type CsmsProcess, type SpawnLimits, spawnOne } from './spawn.ts';

/** Several processes look like one, but for these. */
export interface CsmsGroup {
  /** One, or with `separatePorts` one a process. */
  readonly urls: readonly string[];
  readonly members: readonly CsmsProcess[];
  /** Resolves when the first of them is gone, whoever ended it; never rejects. */
  readonly exited: Promise<CsmsExit>;
  /** The sum; rejects when one of them is gone or does not answer in time. */
  counters(): Promise<CsmsCounters>;
  /**
   * The final sum. All are gone when this settles; it rejects, naming the process, when one had
   * died before. A second call gives the same promise.
   */
  stop(): Promise<CsmsCounters>;
}

/** Rejects as `spawnOne` does, and then leaves no process behind. */
export async function spawnCsms(
  options: CsmsOptions = {},
  limits: SpawnLimits = {},
): Promise<CsmsGroup> {
  checkTogether(options);
  const { processes: of = 1, separatePorts = false } = options;
  const sharesPort = of > 1 && !separatePorts;
  if (sharesPort && !canSharePort()) {
    throw new UserError(
      `${of} processes cannot listen on one port here`,
      'that takes Linux and Node 23.1 or newer; give each a port of its own, or take one process',
    );
  }
  const places = Array.from({ length: of }, (_, index) => ({ index, of, sharesPort }));
  if (sharesPort) await checkFree(options);
  // The first may take any free port; then the others have to take the same.
  const first = await spawnOne(options, limits, places[0]);
  const port = sharesPort ? Number(new URL(first.url).port) : (options.port ?? 0);
  const others = await Promise.allSettled(
    places.slice(1).map((place) => spawnOne(optionsAt(options, place, port), limits, place)),
  );
  const members = [
    first,
    ...others.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
  ];
  const failed = others.find((one) => one.status === 'rejected');
  if (failed === undefined) return groupOf(members, sharesPort);
  await Promise.allSettled(members.map((one) => one.stop()));
  throw failed.reason;
}

/** Strangers who share a port alike would get a part of the connections, silently. */
async function checkFree({ host = '127.0.0.1', port = 0 }: CsmsOptions): Promise<void> {
  const server = createServer();
  await listen(server, { host, port });
  await new Promise((resolve) => server.close(resolve));
}

function optionsAt(options: CsmsOptions, { index, sharesPort }: Place, port: number): CsmsOptions {
  if (sharesPort || port === 0) return { ...options, port };
  if (port + index <= MAX_PORT) return { ...options, port: port + index };
  throw new UserError(`port is ${port}`, `it leaves no ports for all processes up to ${MAX_PORT}`);
}

function groupOf(members: readonly CsmsProcess[], sharesPort: boolean): CsmsGroup {
  const urls = members.map(({ url }) => url);
  const total = async (each: readonly Promise<CsmsCounters>[]) => {
    const { counters, lost } = await sumOf(each);
    if (counters === null || lost.length > 0) throw lost[0];
    return counters;
  };
  let stopping: Promise<CsmsCounters> | undefined;
  return {
    urls: sharesPort ? urls.slice(0, 1) : urls,
    members,
    exited: Promise.race(members.map(({ exited }) => exited)),
    counters: () => total(members.map((one) => one.counters())),
    stop: () => (stopping ??= total(members.map((one) => one.stop()))),
  };
}

/** Of those that have any, and why the others have not; null: nobody has. */
export async function sumOf(
  each: readonly Promise<CsmsCounters>[],
): Promise<{ readonly counters: CsmsCounters | null; readonly lost: readonly Error[] }> {
  const settled = await Promise.allSettled(each);
  const known = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const lost = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  return { counters: known.length > 0 ? addCounters(known) : null, lost };
}
