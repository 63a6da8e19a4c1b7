/** A charge point for tests: the `ws` client, and replies as parsed JSON. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface TestClient {
  readonly ws: WebSocket;
  /** Every message received, in order. */
  readonly messages: string[];
  /** Sends a CALL and gives the next message, parsed. */
  call(action: string, payload: unknown, id?: string): Promise<Reply>;
  /** Sends as it is and gives the next message, parsed. */
  exchange(text: string | Buffer): Promise<Reply>;
  /** The next message not yet taken. */
  next(): Promise<string>;
  /** Code and reason of the close. */
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): Promise<void>;
}
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of any shape
export type Reply = any;

export interface ClientOptions {
  readonly protocols?: string | string[];
  readonly headers?: Record<string, string>;
  readonly rejectUnauthorized?: boolean;
  readonly perMessageDeflate?: boolean;
}

export async function connect(
  csms: { readonly url: string },
  identity = 'cp1',
  options: ClientOptions = {},
): Promise<TestClient> {
  const { protocols = 'ocpp1.6', ...rest } = options;
  const ws = new WebSocket(`${csms.url}/${identity}`, protocols, rest);
  const messages: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  let taken = 0;
  ws.on('message', (data) => {
    messages.push(data.toString());
    waiting.shift()?.(messages[taken++]);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(ws, 'open');
  ws.on('error', () => {});
  const next = () =>
    taken < messages.length
      ? Promise.resolve(messages[taken++])
      : new Promise<string>((resolve) => waiting.push(resolve));
  const exchange = async (text: string | Buffer) => {
    ws.send(text);
    return JSON.parse(await next());
  };
  let lastId = 99;
  return {
    ws,
    messages,
    closed,
    next,
    exchange,
    call: (action, payload, id = String(++lastId)) =>
      exchange(JSON.stringify([2, id, action, payload])),
    close: async () => {
      ws.close();
      await closed;
    },
  };
}

/** How an upgrade was refused. */
export async function refusedUpgrade(
  csms: { readonly url: string },
  identity: string,
  options: ClientOptions = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  const { protocols = 'ocpp1.6', ...rest } = options;
  const ws = new WebSocket(`${csms.url}/${identity}`, protocols, rest);
  ws.on('error', () => {});
  const [, response] = await once(ws, 'unexpected-response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}
