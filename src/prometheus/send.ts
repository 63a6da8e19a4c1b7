/** Sends something to an HTTP server that is not to be trusted with our time. */
import { cleanText, hideCredentials } from '../report/clean.ts';

export interface Parcel {
  readonly method: 'PUT' | 'POST';
  /** Credentials in it are sent as Basic authorization. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer<ArrayBuffer>;
  readonly signal: AbortSignal;
}

export interface Failure {
  /** What went wrong, without credentials. */
  readonly problem: string;
  /** It may go better another time. */
  readonly passing: boolean;
}

const ANSWER_LENGTH = 200;

/** null: it was taken. */
export async function send({ url, headers, signal, ...rest }: Parcel): Promise<Failure | null> {
  const { bare, authorization } = withoutCredentials(url);
  try {
    const response = await fetch(bare, {
      ...rest,
      ...{ signal, redirect: 'manual' },
      headers: { ...headers, ...(authorization && { Authorization: authorization }) },
    });
    const { status, ok } = response;
    if (ok) {
      await response.body?.cancel();
      return null;
    }
    const said = cleanText(hideCredentials(await beginning(response)), ANSWER_LENGTH).trim();
    const problem = `it answered ${status}${said && `: ${said}`}`;
    return { problem, passing: status >= 500 || status === 429 };
  } catch (error) {
    return { problem: problemOf(error), passing: true };
  }
}

export function withoutCredentials(url: string): { bare: string; authorization: string } {
  const bare = new URL(url);
  const { username, password } = bare;
  bare.username = '';
  bare.password = '';
  const pair = `${decoded(username)}:${decoded(password)}`;
  const authorization = username || password ? `Basic ${Buffer.from(pair).toString('base64')}` : '';
  return { bare: bare.href, authorization };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An answer may be endless. */
async function beginning(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return Buffer.from(first?.value ?? []).toString('utf8', 0, ANSWER_LENGTH * 4);
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host is not known',
  EAI_AGAIN: 'its host could not be looked up',
  EHOSTUNREACH: 'its host is out of reach',
  ENETUNREACH: 'its host is out of reach',
  ECONNRESET: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS; try http://',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted; NODE_EXTRA_CA_CERTS adds a CA',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted; NODE_EXTRA_CA_CERTS adds a CA',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted; NODE_EXTRA_CA_CERTS adds a CA',
  // Of `fetch`, which has a list of such ports, as browsers have.
  'bad port': 'Node sends nothing to a port that is kept for another protocol',
};

function problemOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError' || name === 'AbortError') return 'it did not answer in time';
  const problem = cause?.code ?? cause?.message ?? message;
  return PROBLEMS[problem] ?? hideCredentials(problem);
}
