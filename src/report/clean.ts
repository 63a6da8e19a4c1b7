/**
 * What came from outside, made safe to show: a target must not be able to move the cursor, recolour
 * the terminal or reorder a line, and a URL must not give its credentials away.
 */
import { hideSeeds } from '../base/seed.ts';

/** C0 and C1 controls, DEL, line separators, and marks that change the direction of text. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPE_SEQUENCE = /[\u001b\u009b]\[?[0-?]*[ -/]*[@-~]/g;
/** What the runner of GitHub would take for a command of a job, wherever it begins a line. */
const WORKFLOW_COMMAND = /(^|\s)::(?=[a-z-]+[ :])/gi;
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/?#'"`]*@/gi;
const SECRET_PARAMETER =
  /([?&][^=&#\s]*(?:token|key|secret|password|passwd|pwd|auth|signature)[^=&#\s]*=)[^&#\s'"`]*/gi;

/** One line of plain text of at most `maxLength` characters; longer ones end in `...`. */
export function cleanText(text: string, maxLength = 300): string {
  const plain = text
    .replace(ESCAPE_SEQUENCE, '')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(UNSAFE, '')
    .replace(WORKFLOW_COMMAND, '$1: :');
  if (plain.length <= maxLength) return plain;
  const cut = plain.slice(0, maxLength - 3);
  // Half of a surrogate pair is not a character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}...`;
}

/** The same for text of several lines, such as a stack. */
export function cleanLines(text: string, maxLength = 4000): string {
  return text
    .slice(0, maxLength)
    .split('\n')
    .map((line) => cleanText(line))
    .join('\n');
}

/** Takes users, passwords and secret parameters out of every URL in `text`, and seeds of keys. */
export function hideCredentials(text: string): string {
  return hideSeeds(text.replace(USER_INFO, '$1').replace(SECRET_PARAMETER, '$1***'));
}
