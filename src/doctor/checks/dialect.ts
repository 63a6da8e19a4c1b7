import type { Dialect } from '../../chargers/model.ts';
import { type Finding, ok, warning } from '../finding.ts';
import type { LifeFacts } from '../life-facts.ts';

const CHECK = 'dialect';

/** Which dialect the target takes. That of the run is never changed: the fix says how. */
export function checkDialect(lives: readonly LifeFacts[], own: Dialect): Finding[] {
  const [first] = lives;
  if (first.failure !== null) return [];
  const mine = lives.find(({ dialect }) => dialect === own) ?? first;
  const others = lives.filter((life) => life !== mine);
  return [dialectFinding(mine, others), ...chargeFindings(lives)];
}

function dialectFinding(mine: LifeFacts, others: readonly LifeFacts[]): Finding {
  const complaint = complaintOf(mine);
  if (complaint === '') {
    const rest = others.map((other) => `; ${complaintOf(other) || `${other.dialect} works too`}`);
    return ok(CHECK, `${mine.dialect} works${rest.join('')}`);
  }
  const better = others.find((other) => complaintOf(other) === '');
  if (better !== undefined) {
    const fix = `--dialect ${better.dialect}`;
    return warning(CHECK, `${complaint}; ${better.dialect} works`, fix);
  }
  const complaints = [complaint, ...others.map(complaintOf)].join('; ');
  return warning(CHECK, complaints, "the target's own log should say why");
}

/** `''` for a life without a CALLERROR and with every answer. */
function complaintOf({ dialect, errors, errorCode, unanswered, booted }: LifeFacts): string {
  const code = errorCode && ` (${errorCode})`;
  const parts = [
    errors.length > 0 ? `refuses ${dialect} ${errors.join(', ')}${code}` : '',
    unanswered.length > 0 ? `does not answer ${dialect} ${unanswered.join(', ')}` : '',
  ].filter(Boolean);
  if (parts.length > 0) return parts.join(', ');
  return booted ? '' : `does not accept the ${dialect} BootNotification`;
}

/** Without a transaction half of the life was not tried. */
function chargeFindings(lives: readonly LifeFacts[]): Finding[] {
  const stopped = lives.find(
    ({ booted, charged, refused }) => booted && !charged && refused.length,
  );
  if (stopped === undefined) return [];
  const says = `refuses its idTag (${stopped.refused.join(', ')}), so nothing was charged`;
  const fix = 'make identities.idTag known to the target: `ocpp-load identities` lists them';
  return [warning(CHECK, says, fix)];
}
