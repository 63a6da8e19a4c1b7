/**
 * Uploads over plain, passive FTP: so many at once, so many waiting, each with its end in sight.
 * Data goes to the host of the control connection only: a PASV answer with another one is an error.
 */
import { Socket } from 'node:net';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { Client } from 'basic-ftp';
import type { Uploader, UploadJob } from './upload.ts';

export interface FtpLimits {
  readonly maxConcurrent?: number;
  /** For a whole upload, from its first connect on. */
  readonly timeoutMs?: number;
  readonly maxQueued?: number;
  /** Of the files that wait. */
  readonly maxQueuedBytes?: number;
}

type Done = (error: Error | null) => void;

interface Waiting {
  readonly job: UploadJob;
  readonly done: Done;
}

export function ftpUploader(limits: FtpLimits = {}): Uploader {
  const { maxConcurrent = 4, timeoutMs = 30_000, maxQueued = 1000 } = limits;
  const { maxQueuedBytes = 64 * 1_048_576 } = limits;
  const waiting: Waiting[] = [];
  const running = new Set<Abort>();
  let queuedBytes = 0;
  let closed = false;

  const startNext = () => {
    while (running.size < maxConcurrent && waiting.length > 0) {
      const { job, done } = waiting.shift()!;
      queuedBytes -= job.content.length;
      const abort = sendFile(job, timeoutMs, (error) => {
        running.delete(abort);
        tell(done, error);
        startNext();
      });
      running.add(abort);
    }
  };
  return {
    upload(job, done) {
      const full = running.size >= maxConcurrent && waiting.length >= maxQueued;
      const fat = waiting.length > 0 && queuedBytes + job.content.length > maxQueuedBytes;
      if (closed) return tell(done, new Error(CLOSED));
      if (full || fat) return tell(done, new Error('too many uploads are waiting'));
      waiting.push({ job, done });
      queuedBytes += job.content.length;
      startNext();
    },
    close() {
      closed = true;
      for (const { done } of waiting.splice(0)) tell(done, new Error(CLOSED));
      for (const abort of [...running]) abort(new Error(CLOSED));
    },
  };
}

const CLOSED = 'the run ended before the upload did';

/** Out of promises, and never before `upload` has returned. */
function tell(done: Done, error: Error | null): void {
  process.nextTick(done, error);
}

type Abort = (error: Error) => void;

/** `ended` is told once, never before this returns; its connections are closed by then. */
function sendFile(job: UploadJob, timeoutMs: number, ended: Done): Abort {
  const client = new Client(timeoutMs);
  const sockets: Socket[] = [];
  // A data connection that is still being opened is the client's secret: `close` forgets it.
  client.ftp._newSocket = () => {
    const socket = new Socket();
    sockets.push(socket);
    return socket;
  };
  let over = false;
  const end = (error: Error | null) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    client.close();
    for (const socket of sockets) socket.destroy();
    ended(error);
  };
  const timer = setTimeout(() => {
    end(new Error(`${job.host}:${job.port} did not take the file in ${timeoutMs} ms`));
  }, timeoutMs);
  transfer(client, job).then(
    () => end(null),
    (error: unknown) => end(toError(error)),
  );
  return end;
}

async function transfer(client: Client, job: UploadJob): Promise<void> {
  const { host, port, user, password, content } = job;
  const { dir, base } = posix.parse(job.path);
  await client.access({ host, port, user, password });
  await client.ensureDir(dir);
  await client.uploadFrom(Readable.from([content], { objectMode: false }), base);
}

/** A server may answer at length. */
const MOST_ERROR_CHARACTERS = 200;

function toError(error: unknown): Error {
  // A host with several addresses, none of which took the connection: the first one's reason.
  const cause = error instanceof AggregateError ? error.errors[0] : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new Error(message.slice(0, MOST_ERROR_CHARACTERS), { cause: error });
}
