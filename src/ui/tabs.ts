/** The tabs that are open: each gets every message, or is dropped. */
import type { Request, Response } from '../http/server.ts';

export interface Tabs {
  readonly count: number;
  /** `hello` is what it is sent first. */
  add(request: Request, response: Response, hello: Buffer): void;
  send(message: Buffer): void;
  /** Says goodbye to all of them, without waiting for anybody. */
  end(message: Buffer): void;
}

export interface TabLimits {
  readonly tabs: number;
  /** That wait for a tab to read them. */
  readonly bufferedBytes: number;
}

export const TAB_LIMITS: TabLimits = Object.freeze({ tabs: 100, bufferedBytes: 4e6 });

/** A server-sent event; one buffer for all tabs. `text` is JSON, which has no line breaks. */
export const eventBytes = (event: string, text: string): Buffer =>
  Buffer.from(`event: ${event}\ndata: ${text}\n\n`);

const HEADERS = { 'Content-Type': 'text/event-stream; charset=utf-8' };

export function openTabs({ bufferedBytes }: TabLimits): Tabs {
  const tabs = new Set<Response>();
  return {
    get count() {
      return tabs.size;
    },
    add(request, response, hello) {
      tabs.add(response);
      response.once('close', () => tabs.delete(response));
      // An open tab must not keep the program from its end.
      request.socket.unref();
      request.socket.setNoDelay(true);
      response.writeHead(200, HEADERS);
      response.write(hello);
    },
    send(message) {
      for (const tab of tabs) {
        // Who does not read is dropped; a browser connects again and gets the whole view.
        if (tab.writableLength > bufferedBytes) tab.destroy();
        else tab.write(message);
      }
    },
    end(message) {
      for (const tab of tabs) tab.end(message);
    },
  };
}
