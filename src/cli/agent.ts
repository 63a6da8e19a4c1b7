/** `ocpp-load agent`: waits for runs on NATS, and runs shares of them. */
import { Command } from 'commander';
import { runAgent } from '../agent/agent.ts';
import { capacityOf } from '../agent/capacity.ts';
import type { ShareJob } from '../agent/ports.ts';
import { systemTimers } from '../agent/ports.ts';
import { type ShareFollower, shareRunner } from '../agent/run-share.ts';
import { systemClock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import { machinePorts, readMachine } from '../doctor/facts.ts';
import { connectBus } from '../nats/connect.ts';
import { serverNames } from '../nats/options.ts';
import { cleanLines, hideCredentials } from '../report/clean.ts';
import { formatCount, plural } from '../report/numbers.ts';
import {
  type AgentFlags,
  type AgentSettings,
  addAgentOptions,
  readAgentSettings,
} from './agent-settings.ts';
import type { Context } from './context.ts';
import type { Follower } from './follower.ts';
import { interrupts } from './interrupts.ts';
import { guardLoading } from './loading.ts';
import { spreadWish } from './overrides.ts';
import { prometheusOutputs } from './prometheus.ts';
import { packageVersion } from './version.ts';

const HELP = `
Examples:
  ocpp-load agent --nats nats://10.0.0.1:4222 --trust UD4NFYT…
  ocpp-load agent --nats nats://a:4222,nats://b:4222 --trust any --labels zone=a --capacity 9000
  ocpp-load agent --nats tls://a:4222 --nats-creds agent.creds --trust UD4NFYT… --metrics --once

It takes shares of runs that \`ocpp-load run --nats\` offers, run after run, and runs nothing that
was not signed by a key it trusts. The scenario comes with the run; variables that it reads must be
set here, where their values stay. While NATS is away for less than the lease of a run, chargers
stay connected and what they do is kept; before the lease ends they are closed.
Ctrl-C gives back what has not begun, drains what runs, and leaves; a second one leaves at once.

Exit codes: 0 after Ctrl-C. With --once those of \`ocpp-load run\`, for its own share: 109, 107,
108, 105, 120 or 99; 104 or 122 when it could not run it; 109 also when it lost its lease.
`;

export function agentCommand(context: Context): Command {
  const command = new Command('agent').description(
    'Run shares of runs over many machines, as they are offered on NATS',
  );
  return addAgentOptions(command)
    .addHelpText('after', HELP)
    .action(async (flags: AgentFlags) => {
      context.consequence = 'the agent was not started.';
      await serve(readAgentSettings(flags, context.io.env), context);
    });
}

async function serve(settings: AgentSettings, context: Context): Promise<void> {
  const { io } = context;
  const { name, labels, trust, once, nats } = settings;
  const say = (text: string) => void io.stderr.write(lineText(text, new Date()));
  const facts = await readMachine(machinePorts(false));
  const wish = spreadWish(settings);
  const capacity = settings.capacity ?? capacityOf(facts, wish);
  const version = packageVersion();
  const bus = await connectBus({
    ...{ servers: nats, name, onRefused: say },
    ...{ credsFile: settings.natsCreds, nkeyFile: settings.natsNkey, caFile: settings.natsCa },
    ...{ certFile: settings.natsCert, keyFile: settings.natsKey },
  });
  context.consequence = 'the agent has ended.';
  const { processors } = facts;
  io.stderr.write(headText({ ...settings, capacity }, version, processors));
  const signals = interrupts(io, { say, end: () => undefined }, (signal) => {
    const again = signal === 'SIGINT' ? 'Ctrl-C again' : 'a second signal';
    return `leaving: what runs drains first; ${again} leaves at once`;
  });
  const runShare = shareRunner({
    ...{ ...wish, capacity, version, say, guard: guardLoading },
    follow: (job) => metricsOf(job, settings, say),
  });
  try {
    context.exitCode = await runAgent({
      ...{ bus, clock: systemClock(), timers: systemTimers, name, capacity, processors },
      ...{ labels, trust, version, env: io.env, runShare, once, say },
      ...{ stop: signals.stop, kill: signals.kill },
    });
    say('left');
  } finally {
    signals.end();
    await bus.close();
  }
}

/** What a Prometheus is served of a share, while it runs. */
async function metricsOf(
  { share }: ShareJob,
  { metrics }: AgentSettings,
  say: (text: string) => void,
): Promise<ShareFollower> {
  const outputs: Follower = await prometheusOutputs({ metrics }, say).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    // The first of several shares has the address.
    say(`share ${share.index + 1} is without metrics: ${error.message}`);
    return {};
  });
  return {
    start: (header, plan) => outputs.start?.(header, plan),
    progress: (progress) => outputs.progress?.(progress),
    interval: (interval) => outputs.interval?.(interval),
    end: () => outputs.close?.(),
  };
}

/** A line that is dated: an agent may stand for weeks. */
export function lineText(text: string, now: Date): string {
  const time = now.toISOString().slice(0, 19).replace('T', ' ');
  const [first, ...rest] = cleanLines(hideCredentials(text)).split('\n');
  const indent = ' '.repeat(time.length + 4);
  return [`  ${time}  ${first}`, ...rest.map((line) => `${indent}${line}`), ''].join('\n');
}

export function headText(
  { name, capacity, labels, trust, nats }: Omit<AgentSettings, 'capacity'> & { capacity: number },
  version: string,
  processors: number,
): string {
  const labelled = Object.entries(labels).map((label) => label.join('='));
  const trusted = trust === 'any' ? ['whoever offers a run: --trust any'] : trust;
  const [first, ...others] = trusted;
  const machine = `${formatCount(capacity)} chargers, ${plural(processors, 'processor')}`;
  return [
    '',
    `  agent ${name}, ocpp-load ${version}, waits for runs at ${serverNames(nats)}`,
    `  room      ${machine}${labelled.length > 0 ? `, ${labelled.join(', ')}` : ''}`,
    `  trusts    ${first}`,
    ...others.map((key) => `            ${key}`),
    '',
    '',
  ].join('\n');
}
