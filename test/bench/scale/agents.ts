/** 100 000 chargers over six agents; NATS and the light central system are on this machine, too. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { bin, runScale, type ScaleRun } from './run.ts';

const AGENTS = 6;
const node = (...args: string[]) => [process.execPath, bin, ...args];

/** The coordinator's run: its looks are of that process alone. */
export async function runAgents(scenario: string): Promise<ScaleRun> {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-agents-'));
  const [busPort, port] = [await freePort(), await freePort()];
  const url = `nats://127.0.0.1:${busPort}`;
  const programs: ChildProcess[] = [];
  const start = async ([program, ...args]: string[], ready: RegExp) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    programs.push(child);
    await said(child, ready);
  };
  const server = ['nats-server', '-a', '127.0.0.1', '-p', String(busPort), '-js', '-sd', folder];
  try {
    await start(server, /Server is ready/);
    const target = ['csms', '--light', '--processes', String(AGENTS), '--port', String(port)];
    await start(node(...target), /Ctrl-C ends it/);
    for (let i = 1; i <= AGENTS; i++) {
      const flags = ['--name', `agent-${i}`, '--trust', 'any', '--workers', '1', '--once'];
      await start(node('agent', '--nats', url, ...flags), /waits for runs/);
    }
    return await runScale([
      ...[scenario, '--nats', url, '--agents', String(AGENTS)],
      ...['--target', `ws://127.0.0.1:${port}/{id}`, '--source-addresses', '127.0.0.2-7'],
    ]);
  } finally {
    await Promise.all(programs.map(end));
    rmSync(folder, { recursive: true, force: true });
  }
}

function said(child: ChildProcess, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const hear = (chunk: Buffer) => {
      text += chunk;
      if (pattern.test(text)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${child.spawnargs.join(' ')} ended:\n${text}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
