/** Who offered a run, and whether an agent runs what that one offers. */
import { fromPublic, fromSeed } from '@nats-io/nkeys';
import { UserError } from '../base/errors.ts';
import { isRecord } from '../scenario/checks.ts';
import { show } from '../scenario/show.ts';
import { PROTOCOL, type RunRecord, type SignedRecord } from '../share/records.ts';
import { readRecord } from './record.ts';

/** Public keys of users, or whoever comes. */
export type Trust = readonly string[] | 'any';

/** @param seed of a user's key, as `signingKey` gives it. */
export function signRecord(record: RunRecord, seed: Uint8Array): SignedRecord {
  const key = fromSeed(seed);
  const bytes = Buffer.from(JSON.stringify(record));
  return {
    record: bytes.toString('base64'),
    signature: Buffer.from(key.sign(bytes)).toString('base64'),
    signer: key.getPublicKey(),
  };
}

/**
 * The record, if this agent may run it. Its signer is looked at first: what strangers wrote is not
 * read.
 * @param signed as it came, of any shape.
 * @param ownVersion of this ocpp-load.
 * @throws UserError: signer not trusted, signature wrong, another protocol or major version, a
 * field that is not what it must be.
 */
export function openRecord(signed: unknown, trust: Trust, ownVersion: string): RunRecord {
  const { record, signature, signer } = readSigned(signed);
  if (trust !== 'any' && !trust.includes(signer)) throw notTrusted(signer, trust);
  const bytes = Buffer.from(record, 'base64');
  if (!fromPublic(signer).verify(bytes, Buffer.from(signature, 'base64'))) {
    throw new UserError(
      `the run says that ${signer} signed it, and did not`,
      'it was changed on its way, or somebody else offers it in that name',
    );
  }
  const text = bytes.toString();
  refuseOthers(text, ownVersion);
  return readRecord(text);
}

/**
 * The record of the run of that id: a signature is as good on a copy of it elsewhere.
 * @throws UserError as `openRecord`, and for the record of another run.
 */
export function openRecordOf(
  runId: string,
  signed: unknown,
  trust: Trust,
  ownVersion: string,
): RunRecord {
  const record = openRecord(signed, trust, ownVersion);
  if (record.runId === runId) return record;
  throw new UserError(
    `the run ${runId} has the record of the run ${record.runId}`,
    'somebody copied it: only its own coordinator offers a run',
  );
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const MOST_RECORD_CHARACTERS = 1024 * 1024;
const SIGNATURE_BYTES = 64;

function readSigned(signed: unknown): SignedRecord {
  const { record, signature, signer } = isRecord(signed) ? signed : {};
  const isSigned =
    isBase64(record, MOST_RECORD_CHARACTERS) &&
    isBase64(signature, 100) &&
    Buffer.from(signature, 'base64').length === SIGNATURE_BYTES &&
    isPublicKey(signer);
  if (isSigned) return { record, signature, signer };
  throw new UserError('the run is not signed', 'only `ocpp-load run --nats` offers runs');
}

const isBase64 = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length <= most && BASE64.test(value);

/** Of a user: `U...`, with a checksum. */
export function isPublicKey(value: unknown): value is string {
  if (typeof value !== 'string' || !/^U[A-Z2-7]{55}$/.test(value)) return false;
  try {
    return fromPublic(value).getPublicKey() === value;
  } catch {
    return false;
  }
}

function notTrusted(signer: string, trust: readonly string[]): UserError {
  const trusted = trust.length === 0 ? 'it trusts nobody' : `it trusts ${trust.join(', ')}`;
  return new UserError(
    `the run is signed by ${signer}, whom this agent does not trust`,
    `if that key is yours: --trust ${signer} on the agents; ${trusted}`,
  );
}

/** Before the other fields: what another version means by them is not known. */
function refuseOthers(text: string, ownVersion: string): void {
  const { protocol, tool } = headOf(text);
  if (protocol === PROTOCOL && majorOf(tool) === majorOf(ownVersion)) return;
  const other =
    protocol === PROTOCOL
      ? `the run is of ocpp-load ${show(tool)}`
      : `the run speaks protocol ${show(protocol)}`;
  const own = protocol === PROTOCOL ? ownVersion : `${ownVersion} with protocol ${PROTOCOL}`;
  throw new UserError(
    `${other}, this agent is ${own}`,
    'install the same version on all machines of a run',
  );
}

function headOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value) && 'protocol' in value && 'tool' in value) return value;
  } catch {}
  // What is wrong with it is told by whoever reads it whole.
  return { ...readRecord(text) };
}

const majorOf = (version: unknown) => /^(\d+)\./.exec(String(version))?.[1];
