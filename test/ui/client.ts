/** Talks to a live page as browsers do, and as they should not. */
import http from 'node:http';
import { applyUpdate, type RunView, type Update } from '../../src/view/run-view.ts';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export function ask(
  url: string,
  options: http.RequestOptions = {},
  body: string | Buffer = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.on('error', reject).end(body);
  });
}

export interface Tab {
  readonly status: number;
  /** As a page has it by now. */
  view(): RunView | null;
  readonly messages: readonly { readonly event: string; readonly text: string }[];
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
  close(): void;
}

/** An open tab that reads: what it is sent is put together as the page does it. */
export function openTab(url: string): Promise<Tab> {
  return new Promise((resolve, reject) => {
    const messages: { event: string; text: string }[] = [];
    let view: RunView | null = null;
    const take = (block: string) => {
      const [, event, text] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
      if (event === undefined) return;
      messages.push({ event, text });
      const value: unknown = JSON.parse(text);
      if (event === 'view') view = value as RunView;
      else if (view !== null) view = applyUpdate(view, value as Update);
    };
    const request = http.get(`${url}events`, { agent: false }, (response) => {
      let rest = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        const blocks = (rest + part).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) take(block);
      });
      const ended = new Promise<void>((end) => response.once('close', () => end()));
      response.on('error', () => {});
      const status = response.statusCode ?? 0;
      resolve({ status, view: () => view, messages, ended, close: () => request.destroy() });
    });
    request.on('error', reject);
  });
}
