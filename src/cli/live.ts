/** `--ui` and `--ui-control`: the live page of a run. */
import { UserError } from '../base/errors.ts';
import { isLoopback } from '../http/address.ts';
import { cleanText, hideCredentials } from '../report/clean.ts';
import { DEFAULT_UI } from '../ui/settings.ts';
import type { Follower } from './follower.ts';
import type { Overrides } from './overrides.ts';

/**
 * @param say tells the user where the page is.
 * @throws UserError for an address that is none, or where nobody can listen.
 */
export async function livePageOf(
  { ui: where, uiControl }: Pick<Overrides, 'ui' | 'uiControl'>,
  say: (text: string) => void,
): Promise<Follower> {
  if (where === undefined || where === false) {
    if (!uiControl) return {};
    throw new UserError('--ui-control is given without --ui', 'its buttons are on the live page');
  }
  const address = where === true ? DEFAULT_UI : where;
  // Who does without should not wait for server and pages to load.
  const [{ newToken }, { serveUi }, { livePage }, { endOf, runFacts }, { curvesOf }] =
    await Promise.all([
      import('../ui/control-request.ts'),
      import('../ui/serve.ts'),
      import('../html/page.ts'),
      import('../html/recorded.ts'),
      import('../view/curve.ts'),
    ]);
  const ui = await serveUi({ address, page: livePage(), token: uiControl ? newToken() : null });
  const mayAct = uiControl ? ' (who has this URL may act on the run)' : '';
  const open = isLoopback(address) ? '' : ' (reachable from other machines)';
  say(`live page: ${ui.url}${open}${mayAct}`);
  return {
    start: (header) => ui.start(runFacts(header)),
    control: ui.control,
    interval: ui.interval,
    progress: ({ generator: trouble, verdict }) => ui.judged({ trouble, verdict }),
    event: ({ atS, text }) => ui.event({ atS, text: cleanText(hideCredentials(text)) }),
    end(footer, { snapshot }) {
      const { verdict, thresholds, end } = endOf(footer);
      ui.end({ verdict, thresholds, end, curves: curvesOf(snapshot) });
    },
    close: ui.close,
  };
}
