/**
 * How a central system may misbehave, for tests of the harness. The normal path knows nothing of
 * this but a few calls into `faults/`.
 */
import type { Duplex } from 'node:stream';
import { UserError } from '../base/errors.ts';
import type { Action } from '../ocpp/actions.ts';
import { TRANSACTION_IDS, type TransactionIds } from './faults/ids.ts';
import { TIME_STYLES, type TimeStyle } from './faults/times.ts';

export const REPLY_FAULTS = [
  'duplicate', // sent twice
  'late', // sent `lateMs` later
  'whitespace', // as indented JSON: valid
  'escapes', // every character of every string as a \u escape: valid
  'unknownFields', // decoys first, nested ones with the names of real fields too: valid
  'oversized', // `oversizedBytes` of padding in an unknown field: valid
  'wrongPayload', // the payload of another action, under the right id
  'garbage', // not JSON
  'wrongId', // an id that was never used
  'trailingJunk', // more text behind the array
  'binary', // in a binary frame
  'invalidUtf8', // a text frame that is not UTF-8
  'truncatedFrame', // half a frame, then the end of the connection
  'hugeLength', // a frame header that announces 4 GiB, and no more than its first bytes
  'badOpcode', // a frame with a reserved opcode
] as const;
export type ReplyFault = (typeof REPLY_FAULTS)[number];

export const SAME_IDENTITY = [
  'newWins', // the old connection is closed with 1000: the default
  'newRefused1008', // the new one is closed with 1008 right after the 101
  'oldSilent', // the old one stays open and is never answered again
] as const;
export type SameIdentity = (typeof SAME_IDENTITY)[number];

export const MIX_UPS = [
  'previousId', // every reply carries the id of the CALL before
  'outOfOrder', // each second reply overtakes the one before it
  'cached', // a message id seen before, on any connection, gets its old answer again
] as const;
export type MixUp = (typeof MIX_UPS)[number];

export const HOSTILE_KINDS = [
  'garbage', // texts that are no OCPP-J, in text and binary frames
  'huge', // commands of 1 MB
  'flood', // GetConfiguration as fast as told, never waiting for an answer
  'deep', // a command with 10 000 nested arrays
  'duplicateIds', // commands that all have the same id
  'noSuchConnector', // commands for connector 99
] as const;
export type HostileKind = (typeof HOSTILE_KINDS)[number];

/** AuthorizationStatus (OCPP 1.6, 7.2). */
export const ID_TAG_STATUSES = [
  'Accepted',
  'Blocked',
  'Expired',
  'Invalid',
  'ConcurrentTx',
] as const;
export type IdTagStatus = (typeof ID_TAG_STATUSES)[number];

/** Refuses the first attempts of each message; the same payload again is a further attempt. */
export interface RefuseFirst {
  readonly actions: readonly Action[];
  /** How many attempts of each. */
  readonly attempts: number;
  /**
   * `error`: a CALLERROR; `silence`: not even read; `lostAnswer`: booked as ever, but the answer is
   * kept back, so that the repeated one is a duplicate.
   */
  readonly how: 'error' | 'silence' | 'lostAnswer';
}

export interface Faults {
  /** Answers upgrades with this status: 401, 404, 429, 503, 302 (with a Location), ... */
  readonly httpStatus?: number;
  /** Sends `Retry-After` with `httpStatus`. */
  readonly retryAfterS?: number;
  /** Never answers the upgrade. */
  readonly stallUpgrade?: boolean;
  /** Sub-protocol in the 101: none, or one that was not offered. */
  readonly subprotocol?: 'none' | 'other';
  /** Sends a wrong Sec-WebSocket-Accept. */
  readonly wrongAccept?: boolean;
  /** Closes with this code right after the 101; 1006 cuts the connection without a close frame. */
  readonly closeAfterUpgrade?: number;
  /** Only the first so many upgrades meet the faults above. Default: all. */
  readonly upgrades?: number;
  /** How `expectedPassword` is insisted on; 1008 is a close right after the 101. Default 401. */
  readonly wrongPassword?: 400 | 401 | 404 | 1008;
  /** The same for `knownIdentities`. Default 404. */
  readonly unknownIdentity?: 400 | 401 | 404 | 1008;
  /** What happens when a connected identity connects again. Default `newWins`. */
  readonly sameIdentity?: SameIdentity;
  /** More connections of one address are closed with 1008 right after the 101. */
  readonly maxConnectionsPerAddress?: number;
  /** permessage-deflate: agreed on when the client offers it, or forced on one that did not. */
  readonly compression?: 'whenOffered' | 'unasked';
  /** The process dies at the upgrade after so many: only in a process of its own. */
  readonly exitAfterUpgrades?: number;

  /** Never reads what a charger sends. */
  readonly neverReads?: boolean;
  /** Pings every connection so often. */
  readonly pingEveryMs?: number;
  /** Sent to a charger after each accepted boot, as it is: a CALL of ours, or anything. */
  readonly sendAfterBoot?: string;
  /** Torments a charger from its first accepted boot on. */
  readonly hostile?: HostileKind;
  /** The first charger that boots (default), or all of them. */
  readonly hostileTo?: 'first' | 'all';
  /** Hostile messages a second. Default: 10 000 for `flood`, less for larger ones. */
  readonly hostilePerS?: number;

  /** Answers the first boots of each charger so; `intervalS` may be 0. Default: the usual one. */
  readonly refuseBoots?: {
    readonly status: 'Pending' | 'Rejected';
    readonly times: number;
    readonly intervalS?: number;
  };
  /** See there; a boot that is not answered is `how: 'silence'`. */
  readonly refuseFirst?: RefuseFirst;
  /** CALLs a second and charger; more get a CALLERROR. */
  readonly maxCallsPerS?: number;
  /** What `errorRate`, `refuseFirst` and `maxCallsPerS` answer. Default InternalError. */
  readonly callErrorCode?: string;
  /** The id in these CALLERRORs instead of the CALL's. */
  readonly callErrorId?: '-1' | null;
  /** How `currentTime` is written. Default `Z`. */
  readonly currentTime?: TimeStyle;
  /** idTags expire so long after each answer; 0 is at once. Default: no expiryDate. */
  readonly expiryInMs?: number;
  /** Which transactionIds are given out. Default `counted`. */
  readonly transactionIds?: TransactionIds;
  /** The status of every idTag in Authorize.conf or StartTransaction.conf. */
  readonly authorizeStatus?: IdTagStatus;
  readonly startStatus?: IdTagStatus;

  /** Which reply goes where. */
  readonly mixUp?: MixUp;
  /** What happens to replies. */
  readonly reply?: ReplyFault;
  /** `mixUp` and `reply`: only replies to these actions. Default: all. */
  readonly actions?: readonly Action[];
  /** Only each so-manieth of these replies of a connection: 1 (default) is every one. */
  readonly every?: number;
  /** Default 1 000. */
  readonly lateMs?: number;
  /** Default 1 MiB. */
  readonly oversizedBytes?: number;
}

const NAMED: readonly (readonly [keyof Faults, readonly string[]])[] = [
  ['reply', REPLY_FAULTS],
  ['mixUp', MIX_UPS],
  ['sameIdentity', SAME_IDENTITY],
  ['hostile', HOSTILE_KINDS],
  ['currentTime', TIME_STYLES],
  ['transactionIds', TRANSACTION_IDS],
  ['authorizeStatus', ID_TAG_STATUSES],
  ['startStatus', ID_TAG_STATUSES],
  ['compression', ['whenOffered', 'unasked']],
  ['hostileTo', ['first', 'all']],
];

/** Throws `UserError` for a name that is none. */
export function checkFaults(faults: Faults): Faults {
  for (const [name, allowed] of NAMED) {
    const value = faults[name];
    if (value === undefined || allowed.includes(value as string)) continue;
    throw new UserError(`faults.${name} is '${value}'`, `it is one of ${allowed.join(', ')}`);
  }
  return faults;
}

export type UpgradeFault = 'none' | 'status' | 'stall' | 'wrongAccept' | 'close' | 'subprotocol';

/** What happens to upgrade number `count` (from 1). */
export function upgradeFault(faults: Faults, count: number): UpgradeFault {
  if (count > (faults.upgrades ?? Number.POSITIVE_INFINITY)) return 'none';
  if (faults.httpStatus !== undefined) return 'status';
  if (faults.stallUpgrade) return 'stall';
  if (faults.wrongAccept) return 'wrongAccept';
  if (faults.closeAfterUpgrade !== undefined) return 'close';
  return faults.subprotocol === undefined ? 'none' : 'subprotocol';
}

/** The headers that go with `httpStatus`. */
export function statusHeaders(faults: Faults): Record<string, string> {
  const headers: Record<string, string> = {};
  if (faults.retryAfterS !== undefined) headers['Retry-After'] = String(faults.retryAfterS);
  const status = faults.httpStatus ?? 0;
  if (status >= 300 && status < 400) headers['Location'] = 'http://127.0.0.1:1/elsewhere';
  return headers;
}

/** An unmasked final text frame (RFC 6455, 5.2). */
export function textFrame(payload: Buffer): Buffer {
  const short = payload.length < 126;
  const header = Buffer.alloc(short ? 2 : 4);
  header[0] = 0x81;
  header[1] = short ? payload.length : 126;
  if (!short) header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
}

/** Lets the client believe in a server that forgot how to hash (RFC 6455, 4.2.2). */
export function writeWrongAccept(socket: Duplex): void {
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${Buffer.alloc(20).toString('base64')}\r\n` +
      'Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n',
  );
}
