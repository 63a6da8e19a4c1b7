/** The run that an HTML page shows beside another: --compare of `run` and `report`. */
import { UserError } from '../base/errors.ts';
import { recordedView } from '../html/recorded.ts';
import { openResult } from '../result/reader.ts';
import type { RunView } from '../view/run-view.ts';

/**
 * @param pages the flag that asks for the page, and its file.
 * @throws UserError when there is no page, or no such run.
 */
export function comparedRun(
  file: string | undefined,
  pages: Readonly<Record<string, string | undefined>>,
): RunView | null {
  if (file === undefined) return null;
  const [[flag, page]] = Object.entries(pages);
  if (page === undefined) {
    throw new UserError(
      `--compare ${file}: there is no page to show it in`,
      `add ${flag} run.html; \`ocpp-load compare\` judges runs without one`,
    );
  }
  const view = recordedView(openResult(file));
  if (view.points.length === 0) {
    throw new UserError(`--compare ${file}: holds no second of its run`, 'compare with another');
  }
  return view;
}

/** For `checkOutputs`. */
export const comparedInput = (file: string | undefined): Readonly<Record<string, string>> =>
  file === undefined ? {} : { 'the run to compare with': file };
