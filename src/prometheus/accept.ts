/** Which format a scraper gets. */
import { PROTOBUF_TYPE } from './protobuf.ts';
import { OPEN_METRICS_TYPE, TEXT_TYPE } from './text.ts';

export type Format = 'protobuf' | 'openMetrics' | 'text';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  protobuf: PROTOBUF_TYPE,
  openMetrics: OPEN_METRICS_TYPE,
  text: TEXT_TYPE,
};

/** By the `Accept` header: the one that it likes best; of equals the first; else text. */
export function formatOf(accept: string | undefined): Format {
  const wanted = (accept ?? '').split(',').flatMap((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const given = new Map(parameters.map((each) => each.split('=', 2) as [string, string]));
    const quality = Number(given.get('q') ?? 1);
    const format = formatNamed(type, given);
    return format !== null && quality > 0 ? [{ format, quality }] : [];
  });
  const best = Math.max(...wanted.map(({ quality }) => quality));
  return wanted.find(({ quality }) => quality === best)?.format ?? 'text';
}

function formatNamed(type: string, parameters: ReadonlyMap<string, string>): Format | null {
  switch (type) {
    case 'application/vnd.google.protobuf': {
      const proto = parameters.get('proto') ?? '';
      const delimited = (parameters.get('encoding') ?? 'delimited') === 'delimited';
      return proto === 'io.prometheus.client.metricfamily' && delimited ? 'protobuf' : null;
    }
    case 'application/openmetrics-text':
      return 'openMetrics';
    case 'text/plain':
    case 'text/*':
    case '*/*':
      return 'text';
    default:
      return null;
  }
}
