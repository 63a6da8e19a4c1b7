/** What a command is given, and what it answers: JSON is fine here, commands are rare. */
import type { CallErrorCode } from '../../../ocpp/vocabulary.ts';
import type { Shard } from '../shard.ts';

export interface CommandContext {
  readonly shard: Shard;
  /** The charger. */
  readonly c: number;
  /** Checked by `ocpp/read-command.ts`. */
  // biome-ignore lint/suspicious/noExplicitAny: its shape is the command's, checked before.
  readonly payload: any;
  /** When the command arrived, and now, after the reaction time. */
  readonly arrivedNs: number;
  readonly nowNs: number;
}

export type CommandAnswer =
  | {
      readonly kind: 'result';
      readonly payload: object;
      /** It says no: Rejected, NotSupported, Occupied, ... */
      readonly refused: boolean;
      /** Runs right after the answer has left. */
      readonly effect: ((nowNs: number) => void) | null;
    }
  | { readonly kind: 'error'; readonly code: CallErrorCode; readonly description: string };

export type Handler = (context: CommandContext) => CommandAnswer;

export function result(payload: object, effect: ((nowNs: number) => void) | null = null) {
  return { kind: 'result', payload, refused: false, effect } as const;
}

/** `{ status: 'Accepted' }` and what follows it. */
export function accepted(effect: ((nowNs: number) => void) | null = null): CommandAnswer {
  return result({ status: 'Accepted' }, effect);
}

export function refused(status = 'Rejected'): CommandAnswer {
  return { kind: 'result', payload: { status }, refused: true, effect: null };
}

export function callError(code: CallErrorCode, description: string): CommandAnswer {
  return { kind: 'error', code, description };
}
