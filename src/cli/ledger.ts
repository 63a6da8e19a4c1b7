/** The file of `--ledger`: a header, then rows as they come; whole lines only, whatever happens. */
import fs from 'node:fs';
import { UserError } from '../base/errors.ts';
import { LEDGER_HEADER } from '../ledger/row.ts';

export interface LedgerFile {
  /** Empties the file and writes the header. */
  readonly open: () => void;
  /** Whole rows. Never throws: a run does not end because a disk is full. */
  readonly append: (text: string) => void;
  /** @throws UserError when something could not be written. */
  readonly close: () => void;
}

/**
 * Rows are in the file when `append` returns, so nothing is lost however the process ends. They
 * come in batches of some hundred: writing them holds nobody up for long.
 * @param failed is told once, when the first row could not be written.
 */
export function ledgerFile(file: string, failed: (text: string) => void): LedgerFile {
  let descriptor = -1;
  let wrong: UserError | null = null;
  const attempt = (write: () => void): UserError | null => {
    try {
      write();
    } catch (error) {
      wrong = unwritable(file, error);
    }
    return wrong;
  };
  return {
    open() {
      const error = attempt(() => {
        descriptor = fs.openSync(file, 'w');
        fs.writeFileSync(descriptor, LEDGER_HEADER);
      });
      if (error !== null) throw error;
    },
    append(text) {
      if (wrong !== null) return;
      const error = attempt(() => fs.writeFileSync(descriptor, text));
      if (error !== null) failed(error.message);
    },
    close() {
      if (descriptor >= 0) fs.closeSync(descriptor);
      descriptor = -1;
      if (wrong !== null) throw wrong;
    },
  };
}

function unwritable(file: string, error: unknown): UserError {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  return new UserError(
    `--ledger ${file}: could not be written (${code})`,
    'choose a place with room that you may write to, and repeat the run for the ledger',
  );
}
