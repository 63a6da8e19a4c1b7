/** Pages in one file each: no other is ever asked for, which their policy also says. */
import { createHash } from 'node:crypto';
import type { RunView } from '../view/run-view.ts';
import { type Entry, pageScript, pageStyle } from './bundle.ts';

/** The page of a run under way. It asks for `./events`: see src/page/live.ts. */
export const livePage = (): string =>
  htmlPage('live', { title: 'ocpp-load', connect: "connect-src 'self'; ", data: '' });

/** @param base the run that it is compared with. */
export function reportPage(view: RunView, base: RunView | null = null): string {
  const data = [dataBlock('run', view), ...(base === null ? [] : [dataBlock('base', base)])];
  const title = `${view.run.scenario.name} - ocpp-load`;
  return htmlPage('report', { title, connect: '', data: data.join('\n') });
}

interface Content {
  readonly title: string;
  readonly connect: string;
  readonly data: string;
}

function htmlPage(entry: Entry, { title, connect, data }: Content): string {
  const [script, style] = [pageScript(entry), pageStyle()];
  const policy =
    `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; ` +
    `${connect}img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<div id="page"><noscript>${NOSCRIPT}</noscript></div>
${data}
<script>${script}</script>
</body>
</html>
`;
}

const NOSCRIPT = 'This page draws its charts with a script, which is not allowed here.';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const dataBlock = (id: string, value: unknown) =>
  `<script type="application/json" id="${id}">${jsonText(value)}</script>`;

/** No text in it can end the element that it is in, or begin a comment. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, shortened).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });

/** Counts stay exact; nine digits of a fraction are more than is shown, and half its bytes. */
const shortened = (_: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(9)) : value;

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
