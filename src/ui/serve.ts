/** Serves the live page of a run: the page, its events, and with a token the control of the run. */
import { assert } from '../base/assert.ts';
import { UserError } from '../base/errors.ts';
import type { RunControl } from '../fleet/control.ts';
import type { Address } from '../http/address.ts';
import { plain, type Request, type Response, serveHttp } from '../http/server.ts';
import type { Interval } from '../series/interval.ts';
import type { RunFacts, ViewEvent } from '../view/run-view.ts';
import { isRefusal, parseAction, type Refusal, readBody, refuseHead } from './control-request.ts';
import { type Ended, type Feed, type Judged, liveFeed } from './feed.ts';
import { eventBytes, openTabs, TAB_LIMITS, type TabLimits } from './tabs.ts';

export interface UiOptions {
  readonly address: Address;
  /** With its policy in a `meta` element, which becomes a header as well. */
  readonly page: string;
  /** Who has it may control the run; null: nobody may. */
  readonly token: string | null;
  readonly limits?: TabLimits;
}

/** Tabs are told of everything that is put in here. */
export interface Ui {
  /** With the token, where there is one: in the fragment, which no log has. */
  readonly url: string;
  start(run: RunFacts): void;
  control(control: RunControl): void;
  interval(interval: Interval): void;
  judged(judged: Judged): void;
  event(event: ViewEvent): void;
  /** The last of it. Nobody is waited for. */
  end(end: Ended): void;
  close(): void;
}

interface State extends UiOptions {
  readonly tabs: ReturnType<typeof openTabs>;
  /** null: the run has not begun. */
  feed: Feed | null;
  control: RunControl | null;
}

const FLAG = '--ui';

/** @throws UserError when nobody can listen there. */
export async function serveUi(options: UiOptions): Promise<Ui> {
  const { address, token, limits = TAB_LIMITS } = options;
  const state: State = { ...options, tabs: openTabs(limits), feed: null, control: null };
  const service = await serveHttp(address, FLAG, (request, response) =>
    answer(state, request, response),
  );
  const { tabs } = state;
  const tell = (update: string | null | undefined) => {
    if (update && tabs.count > 0) tabs.send(eventBytes('update', update));
  };
  return {
    url: `${service.url}/${token === null ? '' : `#token=${token}`}`,
    start(run) {
      const off = { arrivals: [], paused: false, factor: 1 };
      state.feed = liveFeed(run, token === null ? null : off);
      if (tabs.count > 0) tabs.send(eventBytes('view', state.feed.view()));
    },
    control(control) {
      state.control = control;
      tell(state.feed?.control(control.state()));
    },
    interval: (interval) => tell(state.feed?.interval(interval, tabs.count > 0)),
    judged: (judged) => state.feed?.judged(judged),
    event: (event) => tell(state.feed?.event(event)),
    end(end) {
      const last = state.feed?.end(end);
      if (last !== undefined) tabs.end(eventBytes('update', last));
    },
    // Not at once: what was written leaves in the next turn of the loop.
    close: () => void setImmediate(service.close),
  };
}

function answer(state: State, request: Request, response: Response): void | Promise<void> {
  const [path] = (request.url ?? '').split('?');
  if (path === '/control') return answerControl(state, request, response);
  if (path !== '/' && path !== '/events') {
    plain(response, 404, 'there is nothing here; the live page is at /\n');
    return;
  }
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET');
    plain(response, 405, `${request.method} is not allowed here; it takes GET\n`);
    return;
  }
  if (path === '/') answerPage(state.page, response);
  else answerEvents(state, request, response);
}

function answerPage(html: string, response: Response): void {
  const [, policy] = /"Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  assert(policy !== undefined, 'the live page has no policy');
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
    'Referrer-Policy': 'no-referrer',
  });
  response.end(html);
}

/** A browser that lost its connection comes back after so long, ms. */
const RETRY = Buffer.from('retry: 2000\n\n');

function answerEvents(state: State, request: Request, response: Response): void {
  const { tabs, feed, limits = TAB_LIMITS } = state;
  if (tabs.count >= limits.tabs) {
    plain(response, 503, `${limits.tabs} tabs are open, and no more are served; close one\n`);
    return;
  }
  const hello = feed === null ? [] : [eventBytes('view', feed.view())];
  tabs.add(request, response, Buffer.concat([RETRY, ...hello]));
}

async function answerControl(state: State, request: Request, response: Response): Promise<void> {
  if (state.token === null) {
    json(response, 404, { error: 'control is off', hint: 'start the run with --ui-control' });
    return;
  }
  const done = await controlled(state, request, state.token);
  if (typeof done === 'string') return json(response, 200, { done });
  const { status, ...refused } = done;
  if (status === 405) response.setHeader('Allow', 'POST');
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (status === 413) response.setHeader('Connection', 'close');
  json(response, status, refused);
}

/** What was done, in words. */
async function controlled(
  state: State,
  request: Request,
  token: string,
): Promise<string | Refusal> {
  const wrong = refuseHead(request, token);
  if (wrong !== null) return wrong;
  const body = await readBody(request);
  if (typeof body !== 'string') return body;
  const action = parseAction(body);
  if (isRefusal(action)) return action;
  const { control, feed, tabs } = state;
  if (control === null || feed === null) {
    return { status: 409, error: 'the run has not begun', hint: 'try again in a moment' };
  }
  try {
    const done = await control.act(action);
    tabs.send(eventBytes('update', feed.control(control.state())));
    return done;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { status: 409, error: error.message, hint: error.hint };
  }
}

function json(response: Response, status: number, value: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(value)}\n`);
}
