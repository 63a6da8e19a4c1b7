/** Checks a scenario's thresholds: their grammar, and whether the scenario can ever meet them. */
import { formatDurationNs, parseDurationNs } from '../base/units.ts';
import { scopeOf } from '../metrics/metric.ts';
import { ACTIONS, type Action } from '../ocpp/actions.ts';
import { Flaw } from '../thresholds/flaw.ts';
import { exampleOf, parseExpression, parseSelector, type Selector } from '../thresholds/parse.ts';
import { boolean, type Check, duration, durationOrZero, isRecord, objectOf } from './checks.ts';
import { type Mistakes, missing, wrongPart, wrongValue } from './mistakes.ts';
import { possibleActions } from './possible-actions.ts';
import { checkPossible } from './possible-thresholds.ts';
import { stripControls } from './show.ts';
import type { Fleet, Scenario } from './types.ts';

const EXAMPLE = "such as { 'ocpp_call_duration{action:BootNotification}': ['p(99)<500'] }";

/** `scenario` as it was written; what is wrong with its other fields is told elsewhere. */
export function checkThresholds(mistakes: Mistakes, scenario: Record<string, unknown>) {
  const { thresholds } = scenario;
  if (thresholds === undefined) return;
  if (!isRecord(thresholds)) {
    return wrongValue(mistakes, 'thresholds', thresholds, 'must be an object', EXAMPLE);
  }
  // Contradictions are looked for in scenarios that are otherwise without a mistake.
  const sound = mistakes.length === 0;
  const fleets = fleetNames(scenario.fleets);
  for (const [text, list] of Object.entries(thresholds)) {
    if (list === undefined) continue;
    const selector = unflawed(mistakes, 'thresholds', text, () => parseSelector(text, fleets));
    if (selector === undefined) continue;
    const path = `thresholds['${stripControls(text)}']`;
    const before = mistakes.length;
    checkList(mistakes, path, list, selector);
    if (!sound) continue;
    const checked = scenario as unknown as Scenario;
    if (mistakes.length === before) {
      checkPossible(mistakes, path, list as unknown[], selector, checked.fleets);
    }
    checkSent(mistakes, text, selector, checked);
    checkTimes(mistakes, path, list, selector, scenario.duration);
  }
}

function fleetNames(fleets: unknown): string[] {
  if (!Array.isArray(fleets)) return [];
  return fleets.flatMap((fleet) =>
    isRecord(fleet) && typeof fleet.name === 'string' ? [fleet.name] : [],
  );
}

/** What `parse` returns; a flaw becomes a mistake. */
function unflawed<T>(
  mistakes: Mistakes,
  path: string,
  text: string,
  parse: () => T,
): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    wrongPart(mistakes, path, { text, from: error.from, to: error.to }, error.message, error.fix);
    return undefined;
  }
}

function checkList(mistakes: Mistakes, path: string, list: unknown, selector: Selector) {
  const example = exampleOf(selector.metric);
  const fix = `such as ['${example}']`;
  if (!Array.isArray(list)) return wrongValue(mistakes, path, list, 'must be a list', fix);
  if (list.length === 0) {
    return wrongValue(
      mistakes,
      path,
      list,
      'is empty: nothing has to hold',
      `${fix}, or leave it out`,
    );
  }
  const expression: Check = (found, at, value) => {
    if (typeof value === 'string') {
      unflawed(found, at, value, () => parseExpression(value, selector.metric));
    } else wrongValue(found, at, value, 'must be a text', `such as '${example}'`);
  };
  const long = objectOf('a threshold', {
    threshold: { check: expression, required: `such as { threshold: '${example}' }` },
    abortOnFail: { check: boolean },
    delayAbortEval: { check: durationOrZero },
    window: { check: wholeSeconds },
  });
  list.forEach((each: unknown, index) => {
    (isRecord(each) ? long : expression)(mistakes, `${path}[${index}]`, each);
  });
}

/** Windows are made of the seconds of a run. */
const wholeSeconds: Check = (mistakes, path, value) => {
  const before = mistakes.length;
  duration(mistakes, path, value);
  if (mistakes.length > before || Number(parseDurationNs(value)) % 1e9 === 0) return;
  wrongValue(mistakes, path, value, 'must be whole seconds', "such as '30s'");
};

/** CALLs of an action that no charger can send would never be measured. */
function checkSent(
  mistakes: Mistakes,
  text: string,
  { labels }: Selector,
  { target, embedded, fleets }: Scenario,
): void {
  const { action, fleet } = labels;
  if (action === undefined) return;
  const commanded = target !== 'embedded' || (embedded?.commands ?? []).length > 0;
  const meant: readonly Fleet[] = fleets.filter(
    ({ name }) => fleet === undefined || name === fleet,
  );
  const sent = new Set(meant.flatMap((each) => [...possibleActions(each, commanded)]));
  if (sent.has(action as Action)) return;
  const from = text.indexOf(action);
  const who = fleet === undefined ? 'its fleets send' : `the fleet '${fleet}' sends`;
  const fix = `${who}: ${ACTIONS.filter((each) => sent.has(each)).join(', ')}`;
  const at = { text, from, to: from + action.length };
  wrongPart(mistakes, 'thresholds', at, 'has an action that this scenario never sends', fix);
}

function checkTimes(
  mistakes: Mistakes,
  path: string,
  list: unknown,
  { metric, labels }: Selector,
  steady: unknown,
): void {
  const steadyNs = parseDurationNs(steady);
  if (!Array.isArray(list) || steadyNs === undefined) return;
  const length = formatDurationNs(steadyNs);
  list.forEach((each, index) => {
    if (!isRecord(each)) return;
    const at = `${path}[${index}]`;
    const { window, delayAbortEval, abortOnFail } = each;
    if (Number(parseDurationNs(window) ?? 0) > steadyNs) {
      const fix = `at most the duration, '${length}'`;
      wrongValue(mistakes, `${at}.window`, window, 'is longer than the steady stage', fix);
    }
    if (delayAbortEval === undefined) return;
    if (abortOnFail !== true) {
      missing(mistakes, `${at}.abortOnFail`, 'delayAbortEval needs it: abortOnFail: true');
    }
    const isLate = Number(parseDurationNs(delayAbortEval) ?? 0) >= steadyNs;
    if (scopeOf(metric, labels) !== 'steady' || !isLate) return;
    const fix = `less than the duration, '${length}'`;
    wrongValue(mistakes, `${at}.delayAbortEval`, delayAbortEval, 'is beyond the end', fix);
  });
}
