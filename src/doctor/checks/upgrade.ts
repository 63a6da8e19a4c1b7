import { explainConnect } from '../../report/explain.ts';
import { formatMs } from '../../report/numbers.ts';
import { type Finding, ok, problem } from '../finding.ts';
import type { LifeFacts } from '../life-facts.ts';

const CHECK = 'upgrade';

/** Whether the target lets the charger in; of the life that came furthest. */
export function checkUpgrade(lives: readonly LifeFacts[]): Finding {
  const best = lives.find(({ booted }) => booted) ?? lives[0];
  const { failure, failureDetail, urlHasCredentials, booted, upgradeMs, bootMs } = best;
  if (failure !== null) {
    const { text, hint } = explainConnect(failure, { detail: failureDetail, urlHasCredentials });
    return problem(CHECK, text, hint);
  }
  const upgraded = `upgrade ${formatMs(upgradeMs)} ms`;
  if (booted) return ok(CHECK, `${upgraded}, BootNotification accepted (${formatMs(bootMs)} ms)`);
  const fix = 'make the charger known to the target: `ocpp-load identities` lists them';
  return problem(CHECK, `${upgraded}, but its BootNotification was not accepted`, fix);
}
