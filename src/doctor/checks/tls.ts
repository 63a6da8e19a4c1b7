import { failureDetail, failureOf, type SocketError } from '../../engine/socket/failure.ts';
import { cleanText } from '../../report/clean.ts';
import { explainConnect } from '../../report/explain.ts';
import { formatMs, plural } from '../../report/numbers.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { TargetFacts, TlsSession } from '../reach.ts';

const CHECK = 'tls';
const SOON_DAYS = 14;
const DAY_MS = 86_400e3;

/** The handshake with the scenario's `tls`, and what the target's certificate says. */
export function checkTls({ endpoint, tls }: TargetFacts, now: Date): Finding[] {
  if (tls === null) return [];
  const look = `openssl s_client -connect ${endpoint.hostname}:${endpoint.port} </dev/null`;
  if ('error' in tls) return [refused(tls.error, look)];
  const { refusal, verified } = tls;
  const about = `${certificateText(tls)}, ${tls.version} (${formatMs(tls.ms)} ms)`;
  if (refusal !== null && verified) {
    const error = Object.assign(new Error(about), { code: refusal });
    const { hint } = explainConnect('tlsCertificate', {
      detail: refusal,
      urlHasCredentials: false,
    });
    return [problem(CHECK, `${failureDetail(error)}; it is ${about}`, hint)];
  }
  if (refusal !== null) return [ok(CHECK, `not verified (tls.verify: false): ${about}`)];
  const days = Math.floor((tls.validTo.getTime() - now.getTime()) / DAY_MS);
  if (days >= SOON_DAYS) return [ok(CHECK, about)];
  const says = `the target's certificate expires in ${plural(days, 'day')}: ${about}`;
  return [warning(CHECK, says, `renew it; ${look} | openssl x509 -noout -dates`)];
}

/** A target that is restarting resets or is silent: that may be over before the first charger. */
function refused(error: SocketError, look: string): Finding {
  const failure = failureOf(error);
  const passing = failure === 'reset' || failure === 'timedOut';
  const says = `the handshake failed: ${cleanText(failureDetail(error))}`;
  const { hint } = explainConnect(failure, { detail: error.code ?? '', urlHasCredentials: false });
  return passing
    ? warning(CHECK, says, look)
    : problem(CHECK, says, `${hint}; to see more: ${look}`);
}

const certificateText = ({ subject, issuer, validTo }: TlsSession) =>
  `${cleanText(subject, 60)} by ${cleanText(issuer, 60)}, valid to ${dateText(validTo)}`;

const dateText = (date: Date) =>
  Number.isNaN(date.getTime()) ? 'an unknown day' : date.toISOString().slice(0, 10);
