/** TLS of a run: what the scenario names is read and checked before the first socket. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { UserError } from '../base/errors.ts';
import type { Scenario } from '../scenario/types.ts';
import type { PlanTls } from './plan.ts';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----';

/**
 * A client certificate that all chargers share is checked here; one a charger is read when that
 * charger connects, for there may be a hundred thousand.
 * @param folder that relative paths start from.
 * @throws UserError for a file that cannot be read or does not hold what it should.
 */
export function compileTls({ tls }: Scenario, folder: string): PlanTls {
  const plan: PlanTls = {
    ca: tls?.caFile === undefined ? null : readAuthorities(resolve(folder, tls.caFile)),
    verify: tls?.verify ?? true,
    client: clientOf(tls, folder),
    sessionResumption: tls?.sessionResumption ?? true,
  };
  if (plan.client !== null && isShared(plan.client)) tlsContext(plan, '');
  return plan;
}

function clientOf(tls: Scenario['tls'], folder: string): PlanTls['client'] {
  if (tls?.certFile === undefined || tls.keyFile === undefined) return null;
  return { certFile: resolve(folder, tls.certFile), keyFile: resolve(folder, tls.keyFile) };
}

type Client = NonNullable<PlanTls['client']>;

const isShared = ({ certFile, keyFile }: Client) => !`${certFile}${keyFile}`.includes('{id}');

/** The files of one charger. */
export function clientFiles({ certFile, keyFile }: Client, identity: string): Client {
  // A function, since identities may hold $&, which has a meaning in replacement texts.
  const withId = (path: string) => path.replaceAll('{id}', () => identity);
  return { certFile: withId(certFile), keyFile: withId(keyFile) };
}

/**
 * What the charger `identity` connects with: the authorities that it trusts and its certificate.
 * @throws UserError for a client certificate or key that cannot be used; names the file.
 */
export function tlsContext({ ca, client }: PlanTls, identity: string): SecureContext {
  const trust = ca === null ? {} : { ca };
  if (client === null) return createSecureContext(trust);
  const { certFile, keyFile } = clientFiles(client, identity);
  const cert = readPem(certFile, 'tls.certFile');
  const key = keyFile === certFile ? cert : readPem(keyFile, 'tls.keyFile');
  try {
    return createSecureContext({ ...trust, cert, key });
  } catch {
    throw clientMistake(cert, key, { certFile, keyFile });
  }
}

function readAuthorities(file: string): string {
  const ca = readPem(file, 'tls.caFile');
  const hint = 'it must be a PEM file with the certificates of the authorities to trust';
  if (!ca.includes(CERTIFICATE)) {
    throw new UserError(`tls.caFile: ${file} holds no certificate`, hint);
  }
  return ca;
}

function readPem(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${setting}: ${file} cannot be read (${code})`, 'it must be a PEM file');
  }
}

/** Which of the two files OpenSSL did not take. */
function clientMistake(cert: string, key: string, { certFile, keyFile }: Client): UserError {
  if (!parses(() => new X509Certificate(cert))) {
    const hint = `it must be a PEM file that has ${CERTIFICATE}`;
    return new UserError(`tls.certFile: ${certFile} holds no valid certificate`, hint);
  }
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(key)) {
    const hint = 'write it without a passphrase: openssl pkey -in FILE -out NEW_FILE';
    return new UserError(`tls.keyFile: ${keyFile} is encrypted`, hint);
  }
  if (!parses(() => createPrivateKey(key))) {
    const hint = 'it must be a PEM file that has -----BEGIN PRIVATE KEY-----';
    return new UserError(`tls.keyFile: ${keyFile} holds no valid private key`, hint);
  }
  const hint = 'both must be of one pair; did one of them come from another run of the authority?';
  return new UserError(`tls.keyFile: ${keyFile} is not the key of ${certFile}`, hint);
}

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
