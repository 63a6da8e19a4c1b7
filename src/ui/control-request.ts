/** What a request to `/control` asks for: read from outside, so checked to the last field. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { nearest } from '../base/nearest.ts';
import type { ControlAction } from '../fleet/control.ts';
import type { Request } from '../http/server.ts';

/** The answer to a request that is refused. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly hint: string;
}

const refusal = (status: number, error: string, hint: string): Refusal => ({ status, error, hint });
export const isRefusal = (it: object): it is Refusal => 'status' in it;

export const newToken = (): string => randomBytes(24).toString('base64url');

/** In constant time, also for a text of another length. */
export function isToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** What is wrong with the head of a request; null: nothing. */
export function refuseHead({ headers, method }: Request, token: string): Refusal | null {
  if (method !== 'POST') return refusal(405, `${method} is not allowed here`, 'it takes POST');
  const { host, origin, authorization = '' } = headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    return refusal(403, 'the request comes from another page', 'use the page of this server');
  }
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (given === undefined || !isToken(given, token)) {
    return refusal(401, 'the token is missing or wrong', 'it is in the URL that the run has told');
  }
  const type = (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (type === 'application/json') return null;
  return refusal(415, `Content-Type is '${type}'`, 'it takes application/json');
}

const MOST_BYTES = 1024;
const TOO_LONG = refusal(413, `the body is above ${MOST_BYTES} bytes`, 'an action is far shorter');

/** The whole body; never more than `MOST_BYTES` of it are kept. */
export function readBody(request: Request): Promise<string | Refusal> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= MOST_BYTES) parts.push(part);
      else resolve(TOO_LONG);
    });
    request.on('end', () => resolve(Buffer.concat(parts).toString()));
    request.on('error', reject);
  });
}

/** Fields of each action beside `action`, with the range of their number. */
const FIELDS: Readonly<Record<ControlAction['action'], Readonly<Record<string, Range>>>> = {
  pauseArrivals: {},
  resumeArrivals: {},
  rate: { factor: { from: 0.01, to: 100, says: 'a number from 0.01 to 100' } },
  drop: { share: { from: 0.0001, to: 1, says: 'a number from 0.0001 to 1 (all of them)' } },
  stop: {},
};
const ACTIONS = Object.keys(FIELDS);

interface Range {
  readonly from: number;
  readonly to: number;
  readonly says: string;
}

export function parseAction(body: string): ControlAction | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return refusal(400, 'the body is no JSON', 'it takes an object such as {"action":"stop"}');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refusal(400, 'the body is no object', 'it takes an object such as {"action":"stop"}');
  }
  const { action, ...fields } = value as Record<string, unknown>;
  if (typeof action !== 'string' || !Object.hasOwn(FIELDS, action)) {
    const near = nearest(String(action), ACTIONS);
    const hint = `${near ? `did you mean '${near}'?  ` : ''}it takes ${ACTIONS.join(', ')}`;
    return refusal(400, `action is ${shown(action)}`, hint);
  }
  const wrong = wrongField(FIELDS[action as ControlAction['action']], fields);
  return wrong ?? (value as ControlAction);
}

function wrongField(
  allowed: Readonly<Record<string, Range>>,
  fields: Readonly<Record<string, unknown>>,
): Refusal | null {
  const names = Object.keys(allowed);
  const stranger = Object.keys(fields).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    const takes = names.length === 0 ? 'no field' : names.join(', ');
    return refusal(400, `${shown(stranger)} is no field of this action`, `it takes ${takes}`);
  }
  for (const [name, { from, to, says }] of Object.entries(allowed)) {
    const given = fields[name];
    if (typeof given === 'number' && given >= from && given <= to) continue;
    return refusal(400, `${name} is ${shown(given)}`, `it takes ${says}`);
  }
  return null;
}

const shown = (value: unknown) =>
  value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
