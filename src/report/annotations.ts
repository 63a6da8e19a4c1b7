/** Workflow commands of GitHub Actions: what failed, as notes at the head of the job's page. */

import type { Check } from './checks.ts';
import { cleanText } from './clean.ts';

/** What GitHub shows of each kind a step; more are dropped there without a word. */
const MAX_SHOWN = 10;

/** Lines for stdout, which is where the runner looks for them. */
export function annotationLines(checks: readonly Check[]): string[] {
  const failed = checks.filter(({ state }) => state === 'failed' || state === 'broken');
  const noted = checks.filter(({ state }) => state === 'noted');
  return [...commands('error', failed), ...commands('warning', noted)];
}

function commands(kind: 'error' | 'warning', checks: readonly Check[]): string[] {
  const shown = checks.length > MAX_SHOWN ? checks.slice(0, MAX_SHOWN - 1) : checks;
  const hidden = checks.length - shown.length;
  return [
    ...shown.map(({ name, lines }) => command(kind, `ocpp-load: ${name}`, lines.join('\n'))),
    ...(hidden > 0 ? [command(kind, 'ocpp-load', `and ${hidden} more: see the report`)] : []),
  ];
}

function command(kind: string, title: string, message: string): string {
  return `::${kind} title=${escapedProperty(cleanText(title))}::${escapedData(message)}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '%': '%25', '\r': '%0D', '\n': '%0A', ':': '%3A', ',': '%2C' },
};

/** Of the text: the end of the line would end the command. */
export const escapedData = (text: string) => text.replace(/[%\r\n]/g, (c) => ESCAPES[c]);

/** Of a property: what ends it, too. */
export const escapedProperty = (text: string) => text.replace(/[%\r\n:,]/g, (c) => ESCAPES[c]);
