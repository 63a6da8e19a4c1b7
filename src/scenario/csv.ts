import { readFileSync } from 'node:fs';
import { type CsvError, parse } from 'csv-parse/sync';
import { UserError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';

const COLUMNS = ['identity', 'password', 'idTag'] as const;

/** The columns of a CSV file that name chargers; null for a column that the file does not have. */
export interface IdentityTable {
  readonly identity: readonly string[];
  readonly password: readonly string[] | null;
  readonly idTag: readonly string[] | null;
}

/** @throws UserError when the file cannot be read. */
export function readIdentities(file: string): IdentityTable {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `${file} cannot be read (${code})`,
      'csv() paths start at the scenario file',
    );
  }
  return parseIdentities(content, file);
}

/**
 * @param file names the file in messages.
 * @throws UserError for a file without `identity`, or that is not CSV.
 */
export function parseIdentities(content: string, file: string): IdentityTable {
  const [header = [], ...rows] = parseRows(content, file);
  const indexes = COLUMNS.map((column) => header.indexOf(column));
  for (const name of header) {
    const near = nearest(name, COLUMNS);
    if (near && !header.includes(near)) {
      throw new UserError(`${file}: column ${name} is not known`, `did you mean \`${near}\`?`);
    }
  }
  if (indexes[0] < 0) {
    const hint = `the first line must name the columns: ${COLUMNS.join(',')}`;
    throw new UserError(`${file}: there is no column identity`, hint);
  }
  const [identity, password, idTag] = indexes.map((index) =>
    index < 0 ? null : rows.map((row) => row[index]),
  );
  return { identity: identity ?? [], password, idTag };
}

function parseRows(content: string, file: string): string[][] {
  try {
    return parse(content, { bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    const { lines, message } = error as CsvError & { lines?: number };
    throw new UserError(`${file}:${lines ?? 1}: not a CSV file`, message);
  }
}
