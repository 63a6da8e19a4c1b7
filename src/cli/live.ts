/** `--ui` and `--ui-control`: the live page of a run. */
import { UserError } from '../base/errors.ts';
import type { RunOptions } from '../fleet/options.ts';
import { livePage } from '../html/page.ts';
import { endOf, runFacts } from '../html/recorded.ts';
import { isLoopback } from '../http/address.ts';
import { cleanText, hideCredentials } from '../report/clean.ts';
import type { ResultFooter, ResultHeader } from '../result/types.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { newToken } from '../ui/control-request.ts';
import { DEFAULT_UI, serveUi } from '../ui/serve.ts';
import { curvesOf } from '../view/curve.ts';
import type { Overrides } from './overrides.ts';

/** What the live page is told of a run; all of it is nothing without `--ui`. */
export interface Live {
  start(header: ResultHeader): void;
  readonly hooks: Pick<RunOptions, 'onControl' | 'onInterval' | 'onProgress' | 'onEvent'>;
  end(footer: Omit<ResultFooter, 'intervals'>, snapshot: Snapshot): void;
  close(): void;
}

const NO_PAGE: Live = {
  start() {},
  hooks: { onProgress() {}, onEvent() {} },
  end() {},
  close() {},
};

/**
 * @param say tells the user where the page is.
 * @throws UserError for an address that is none, or where nobody can listen.
 */
export async function livePageOf(
  { ui: where, uiControl }: Pick<Overrides, 'ui' | 'uiControl'>,
  say: (text: string) => void,
): Promise<Live> {
  if (where === undefined || where === false) {
    if (!uiControl) return NO_PAGE;
    throw new UserError('--ui-control is given without --ui', 'its buttons are on the live page');
  }
  const address = where === true ? DEFAULT_UI : where;
  const ui = await serveUi({ address, page: livePage(), token: uiControl ? newToken() : null });
  const mayAct = uiControl ? ' (who has this URL may act on the run)' : '';
  const open = isLoopback(address) ? '' : ' (reachable from other machines)';
  say(`live page: ${ui.url}${open}${mayAct}`);
  return {
    start: (header) => ui.start(runFacts(header)),
    hooks: {
      onControl: ui.control,
      onInterval: ui.interval,
      onProgress: ({ generator: trouble, verdict }) => ui.judged({ trouble, verdict }),
      onEvent: ({ atS, text }) => ui.event({ atS, text: cleanText(hideCredentials(text)) }),
    },
    end(footer, snapshot) {
      const { verdict, thresholds, end } = endOf(footer);
      ui.end({ verdict, thresholds, end, curves: curvesOf(snapshot) });
    },
    close: ui.close,
  };
}
