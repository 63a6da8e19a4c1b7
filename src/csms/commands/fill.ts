/** Fills the placeholders of a command's payload; see `CommandPlan`. */
import { parseDurationNs } from '../../base/units.ts';

export interface Filling {
  readonly id: string;
  readonly idTag: string;
  /** null: the charger has no running transaction. */
  readonly transactionId: number | null;
  readonly nowMs: number;
}

/** An idTag for chargers that showed none yet: the one of the log. */
export const DEFAULT_ID_TAG = '13800000001';

/** null when it asks for a transaction and there is none. */
export function fillPayload(payload: object, filling: Filling): object | null {
  let isComplete = true;
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') {
      if (value !== '{transactionId}') return fillText(value, filling);
      if (filling.transactionId === null) isComplete = false;
      return filling.transactionId;
    }
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fill(inner)]));
  };
  const filled = fill(payload) as object;
  return isComplete ? filled : null;
}

/** What is no placeholder stays as it is. */
function fillText(text: string, { id, idTag, nowMs }: Filling): string {
  return text.replace(/\{(id|idTag|now(?:([+-])([^{}]+))?)\}/g, (all, name, sign, span) => {
    if (name === 'id') return id;
    if (name === 'idTag') return idTag;
    const ms = span === undefined ? 0 : (parseDurationNs(span) ?? Number.NaN) / 1e6;
    return Number.isNaN(ms) ? all : new Date(nowMs + (sign === '-' ? -ms : ms)).toISOString();
  });
}
