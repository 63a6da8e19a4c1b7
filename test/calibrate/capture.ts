/** A packet capture on the loopback interface by tcpdump. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Capture {
  /** Ends it; after `settleMs` everything is in the file. */
  stop(settleMs?: number): Promise<CaptureCounts>;
}

export interface CaptureCounts {
  readonly captured: number;
  /** Packets that tcpdump had no room for. */
  readonly dropped: number;
}

/** Room for seconds of packets: it may come to its turn late. */
const BUFFER_KIB = 262_144;
/** Packets that only acknowledge say nothing of a CALL. */
const HAS_PAYLOAD = '(ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2) != 0)';
/** The kernel hands packets over in blocks, a second old at most; an unfinished one is lost. */
const SETTLE_MS = 1_500;

/** Rejects with tcpdump's own words when this user may not capture, or it is not installed. */
export async function startCapture(port: number, file: string): Promise<Capture> {
  const child = spawn(
    'tcpdump',
    [
      ...['-i', 'lo', '-n', '-w', file, '--time-stamp-precision=nano', '-Z', 'root'],
      ...['-B', String(BUFFER_KIB), `tcp port ${port} and ${HAS_PAYLOAD}`],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said = collectStderr(child);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  await Promise.race([said.until(/listening on/), ended]);
  if (!/listening on/.test(said.text())) {
    throw new Error(said.text().trim() || 'tcpdump is not installed');
  }
  // It must not take a processor away from what it watches.
  setPriority(child.pid as number, constants.priority.PRIORITY_LOW);
  return {
    async stop(settleMs = SETTLE_MS) {
      await sleep(settleMs);
      child.kill('SIGINT');
      await ended;
      return countsIn(said.text());
    },
  };
}

function collectStderr(child: ChildProcess) {
  let text = '';
  const waiting: (() => void)[] = [];
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of waiting) look();
  });
  return {
    text: () => text,
    until: (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        waiting.push(() => {
          if (pattern.test(text)) resolve();
        });
      }),
  };
}

/** `10 packets captured ... 2 packets dropped by kernel` -> numbers. */
export function countsIn(text: string): CaptureCounts {
  const number = (what: string) => Number(new RegExp(`(\\d+) packets? ${what}`).exec(text)?.[1]);
  return { captured: number('captured'), dropped: number('dropped by kernel') };
}

/** Why this user cannot capture; null: can. */
export async function captureProblem(): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'capture-'));
  try {
    const file = join(folder, 'nothing.pcap');
    await (await startCapture(9, file)).stop(0);
    return null;
  } catch (error) {
    return (error as Error).message.replaceAll(/\s+/g, ' ');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
