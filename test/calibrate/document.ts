/** The part of docs/calibration.md that a machine writes. */
const BEGIN = '<!-- written by npm run calibrate -- --write -->';
const END = '<!-- end -->';

/** Throws when the document has no place for tables. */
export function replaceTables(document: string, text: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/calibration.md has no ${BEGIN} and ${END}`);
  return `${document.slice(0, begin)}${BEGIN}\n\n\`\`\`\n${text}\n\`\`\`\n\n${document.slice(end)}`;
}
