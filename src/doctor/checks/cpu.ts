import { formatRate, plural } from '../../report/numbers.ts';
import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { LoadNeed, Need } from '../need.ts';

const CHECK = 'cpu';
/** CPU of a CALL, us: paced, and in a busy closed loop, which nothing beats (ARCHITECTURE.md). */
const CALL_US = 16.4;
const FLOOR_CALL_US = 6.9;
/** Of a connect with its boot, us: the boot storm of ARCHITECTURE.md, its target included. */
const CONNECT_US = 150;
/** A guess on the safe side: several times ours, for it is built on `ws` and JSON. */
const EMBEDDED_CALL_US = 50;
const LIGHT_CALL_US = 15;
/** Above it a worker's timers are late. */
const BUSY_SHARE = 0.7;

/** The forecast from the plan against the cores that the run may use. */
export function checkCpu(facts: MachineFacts, need: Need | null): Finding {
  const cores = coresOf(facts);
  if (need === null) return ok(CHECK, coresText(cores));
  const { load } = need;
  const workers = plural(need.workers, 'worker');
  if (load === null) return ok(CHECK, `${coresText(cores)}, ${workers}; no scenario to forecast`);
  const usable = Math.min(cores, need.workers);
  const needed = coresNeeded(load, need);
  const share = `${aboutCores(needed.ours)} of ${coresText(usable)} (${workers})`;
  const text = `${share} at ${ratesText(load)}`;
  if ((load.steadyCallsPerS * FLOOR_CALL_US) / 1e6 > usable) {
    return problem(CHECK, `${text}: more than there is`, fix(need, usable, cores, needed.ours));
  }
  const crowded = needed.ours + needed.target > cores * BUSY_SHARE && needed.target > 0;
  if (needed.ours > usable * BUSY_SHARE || crowded) {
    const target = crowded ? `, ~${formatRate(needed.target)} for the embedded target` : '';
    const says = `${text}${target}: sends will be late`;
    return warning(CHECK, says, fix(need, usable, cores, needed.ours + needed.target));
  }
  const without = load.partial ? '; without closed loops and scripts' : '';
  return ok(CHECK, `${text}${without}`);
}

export const coresOf = ({ processors, groupCpus }: MachineFacts): number =>
  Math.min(processors, groupCpus ?? processors);

const aboutCores = (cores: number) => (cores < 0.01 ? 'under 0.01' : `~${formatRate(cores)}`);

export const coresText = (cores: number): string =>
  Number.isInteger(cores) ? plural(cores, 'core') : `${cores.toFixed(1)} cores`;

function coresNeeded(load: LoadNeed, { embedded, light }: Need) {
  const busiest = load.peakCallsPerS;
  return {
    ours: (busiest * CALL_US + load.peakConnectsPerS * CONNECT_US) / 1e6,
    target: embedded ? (busiest * (light ? LIGHT_CALL_US : EMBEDDED_CALL_US)) / 1e6 : 0,
  };
}

const ratesText = ({ peakCallsPerS, peakConnectsPerS }: LoadNeed) =>
  `${formatRate(peakCallsPerS)} CALLs/s and ${formatRate(peakConnectsPerS)} connects/s at most`;

function fix(need: Need, usable: number, cores: number, needed: number): string {
  const wanted = Math.ceil(needed / BUSY_SHARE);
  if (usable < Math.floor(cores) && wanted <= cores) return `--workers ${wanted}`;
  const fit = Math.floor((need.chargers * cores * BUSY_SHARE) / needed);
  const workers = need.workers < Math.floor(cores) ? `--workers ${Math.floor(cores)} ` : '';
  return fit > 0 ? `${workers}--chargers ${fit}, or a slower ramp` : 'a bigger machine';
}
