/** `--slo 'ocpp_call_duration{action:Authorize}: p(99)<500'` as a threshold of the scenario. */
import { UserError } from '../base/errors.ts';
import { type Mistakes, throwMistakes, wrongPart } from '../scenario/mistakes.ts';
import { show } from '../scenario/show.ts';
import type { ThresholdExpression, Thresholds } from '../scenario/threshold-types.ts';
import { Flaw } from '../thresholds/flaw.ts';
import { parseExpression, parseSelector } from '../thresholds/parse.ts';

const FORM = "it takes a metric and what must hold, such as 'ocpp_call_duration: p(99)<500'";

/**
 * As a scenario has them; those of one metric together.
 * @param fleets the names of the scenario's fleets.
 * @throws UserError that points at what is wrong.
 */
export function parseSlos(texts: readonly string[], fleets: readonly string[]): Thresholds {
  const thresholds: Record<string, ThresholdExpression[]> = {};
  const mistakes: Mistakes = [];
  for (const text of texts) {
    // A label has a colon too, but within its braces.
    const [, selector, expression] = /^([^:{}]*(?:\{[^{}]*\})?\s*):(.*)$/s.exec(text) ?? [];
    if (selector === undefined) throw new UserError(`--slo cannot be ${show(text)}`, FORM);
    const parts = [
      [0, () => parseSelector(selector, fleets)],
      [
        selector.length + 1,
        () => parseExpression(expression, parseSelector(selector, fleets).metric),
      ],
    ] as const;
    for (const [at, parse] of parts) if (!isSound(mistakes, { text, at }, parse)) break;
    const list = (thresholds[selector.trim()] ??= []);
    list.push(expression.trim() as ThresholdExpression);
  }
  throwMistakes(mistakes, 'capacity');
  return thresholds as Thresholds;
}

function isSound(
  mistakes: Mistakes,
  { text, at }: { text: string; at: number },
  parse: () => unknown,
): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    const place = { text, from: at + error.from, to: at + error.to };
    wrongPart(mistakes, '--slo', place, error.message, error.fix);
    return false;
  }
}
