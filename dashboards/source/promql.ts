/** The PromQL that the panels share. Texts, with Grafana's variables still in them. */

/** Whose figures: the run that is looked at, or the one that it is compared with. */
export type Which = 'run' | 'compare';

export interface Selection {
  /** Further matchers, such as `fate="answered"`. */
  readonly where?: string;
  /** Labels that are kept. */
  readonly by?: string;
  readonly which?: Which;
}

/** Of metrics that have both labels, what the variables choose. */
export const CHOSEN = 'action=~"$action",fleet=~"$fleet"';

/** Of these the fates that are failures. */
export const FAILED_FATES = `${CHOSEN},fate=~"callError|timedOut|lost"`;

/** The other run, moved so that both begin at the same place: `$shift` is in ms. */
const SHIFTED = ' offset ${shift}ms';
const RANGE = '[$__rate_interval]';

/** The series of one run. */
export function series(metric: string, { where, which = 'run' }: Selection = {}): string {
  return selected(metric, '', where, which);
}

function selected(metric: string, range: string, where: string | undefined, which: Which): string {
  const matchers = [`run_id="$${which}"`, where].filter(Boolean).join(',');
  return `${metric}{${matchers}}${range}${which === 'compare' ? SHIFTED : ''}`;
}

const grouped = (by: string | undefined) => (by === undefined ? 'sum' : `sum by (${by}) `);

export const total = (metric: string, selection: Selection = {}): string =>
  `${grouped(selection.by)}(${series(metric, selection)})`;

/** How fast a counter grows, a second. */
export function perSecond(metric: string, selection: Selection = {}): string {
  const { where, by, which = 'run' } = selection;
  return `${grouped(by)}(rate(${selected(metric, RANGE, where, which)}))`;
}

/**
 * CALLs that failed, as the report counts them: by their fate, or answered with what does not fit.
 * `of` is `total` or `perSecond`.
 */
export function failed(of: typeof total, selection: Omit<Selection, 'where'> = {}): string {
  const byFate = of('ocpp_call_fates_total', { ...selection, where: FAILED_FATES });
  const invalid = of('ocpp_call_invalid_replies_total', { ...selection, where: CHOSEN });
  return `(${byFate} + ${invalid})`;
}

/** 0 to 1, of the growth of two counters; nothing where the whole did not grow. */
export const share = (part: string, whole: string): string => `${part} / (${whole} > 0)`;

/**
 * A quantile of a histogram around each moment, in seconds. Prometheus keeps either the native
 * histogram or its classic buckets, as it was started: what is not there gives way to the other.
 */
export function quantile(q: string, metric: string, selection: Selection = {}): string {
  return eitherKind(q, metric, selection, (text) => `rate(${text})`, RANGE);
}

/** The same of all that was measured since the run began. */
export const quantileSoFar = (q: string, metric: string, selection: Selection = {}): string =>
  eitherKind(q, metric, selection, (text) => text, '');

function eitherKind(
  q: string,
  metric: string,
  { where, by, which = 'run' }: Selection,
  wrap: (selected: string) => string,
  range: string,
): string {
  const of = (name: string, labels: string | undefined) =>
    `histogram_quantile(${q}, ${grouped(labels)}(${wrap(selected(name, range, where, which))}))`;
  const withBucket = by === undefined ? 'le' : `${by}, le`;
  return `${of(metric, by)} or ${of(`${metric}_bucket`, withBucket)}`;
}

/** How many were measured in each bucket, a second: for a heat map. */
export function heat(metric: string, where: string): string {
  const native = perSecond(metric, { where });
  return `${native} or on() ${perSecond(`${metric}_bucket`, { where, by: 'le' })}`;
}

/** A zero that stands for what a run need not have, with a label that says so. */
export const orNone = (query: string, label: string): string =>
  `${query} or on() label_replace(vector(0), "${label}", "none", "", "")`;

/** Of what a run need not have at all: 0, also in place of the quantile of nothing. */
export const orZero = (query: string): string => `((${query}) >= 0) or on() vector(0)`;
