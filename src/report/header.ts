import { formatDurationNs } from '../base/units.ts';
import type { StartInfo } from '../fleet/options.ts';
import type { Plan } from '../plan/plan.ts';
import { cleanText, hideCredentials } from './clean.ts';
import { type Look, paint, wrap } from './look.ts';
import { formatBytes, formatCount, plural } from './numbers.ts';
import { isPart, shareText } from './share.ts';

/** What is about to run, against what, on what: the head of every run's text. */
export function headerText(plan: Plan, info: StartInfo, look: Look): string {
  const facts = [
    ['target', targetText(plan, info.targetUrl)],
    ...sourceFacts(plan),
    ['dialect', plan.dialect],
    ['plan', planText(plan)],
    ...(info.share && isPart(info.share) ? [['share', shareText(plan, info.share)]] : []),
    info.agents === undefined
      ? ['machine', machineText(info)]
      : ['agents', agentsText(info.agents)],
  ];
  const description = cleanText(plan.description);
  const title = wrap(`${cleanText(plan.name)}   ${description}`, look.width, '  ', '    ');
  return [
    ...title.map((line) => paint(look, 'bold', line)),
    ...facts.flatMap(([name, text]) =>
      wrap(text, look.width, `  ${name.padEnd(10)}`, ' '.repeat(12)),
    ),
    '',
  ].join('\n');
}

/** The target as it may be shown; figures of a test double are always called that. */
export function targetText(plan: Plan, targetUrl: string): string {
  const url = cleanText(hideCredentials(targetUrl));
  if (plan.target.kind === 'external') return url;
  return `embedded central system (${url}): figures describe ocpp-load's own test double`;
}

/** A line of a head, where the chargers have addresses of their own. */
export function sourceFacts({ sourceAddresses: all }: Plan): [name: string, text: string][] {
  if (all.length === 0) return [];
  const shown = all.length <= 3 ? all.join(', ') : `${all[0]} ... ${all.at(-1)}`;
  return [['from', `${plural(all.length, 'address', 'addresses')}: ${shown}`]];
}

function planText(plan: Plan): string {
  const { rampNs, warmupNs, steadyNs } = plan.stages;
  const parts = [
    plural(plan.fleets.length, 'fleet'),
    plural(plan.chargerCount, 'charger'),
    rampNs > 0 ? `ramp ${formatDurationNs(rampNs)}` : '',
    warmupNs > 0 ? `warm-up ${formatDurationNs(warmupNs)}` : '',
    `run ${formatDurationNs(steadyNs)}`,
    `seed ${plan.seed}  (repeat with --seed ${plan.seed})`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** `2 workers`, `6 processes with 12 workers`. */
export function spreadText({ processes, workers }: Pick<StartInfo, 'processes' | 'workers'>) {
  const threads = plural(workers, 'worker');
  return processes > 1 ? `${plural(processes, 'process', 'processes')} with ${threads}` : threads;
}

function machineText(info: StartInfo): string {
  const limit = formatCount(info.descriptorLimit);
  const need = `need ${formatCount(info.descriptorsNeeded)}${info.processes > 1 ? ' in each' : ''}`;
  const memory = formatBytes(info.memoryEstimateBytes);
  return `${spreadText(info)}, ${limit} descriptors (${need}), ~${memory}`;
}

/** `4: a, b, c, d`; an agent with two shares is named twice. */
function agentsText(agents: readonly string[]): string {
  const shown = agents
    .slice(0, 12)
    .map((agent) => cleanText(agent))
    .join(', ');
  return `${agents.length}: ${shown}${agents.length > 12 ? ', ...' : ''}`;
}
