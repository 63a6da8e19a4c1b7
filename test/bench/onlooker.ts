/**
 * Scrapes /metrics each second, as Prometheus does, and reads the live page's events. By bare
 * sockets: what it costs itself slows down whoever shares a core with it.
 */
import { once } from 'node:events';
import net from 'node:net';

const [metricsUrl, pageUrl] = process.argv.slice(2);

const NATIVE =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

/** Resolves with a repetition of it when the first of an answer is there. Nothing is kept. */
async function get(url: string, accept: string): Promise<() => void> {
  const { host, hostname, port, pathname } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  const ask = () =>
    void socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept: ${accept}\r\n\r\n`);
  ask();
  const [first] = await once(socket, 'data');
  const [status] = String(first).split('\r\n', 1);
  if (!status.endsWith(' 200 OK')) throw new Error(`${url}: ${status}`);
  // Who no longer gets an answer must not seem to look on.
  socket.on('error', () => {}).on('close', () => process.exit(1));
  socket.resume();
  return ask;
}

const scrape = await get(metricsUrl, NATIVE);
setInterval(scrape, 1000);
await get(`${pageUrl}events`, 'text/event-stream');
process.send?.('watching');
// The measured process is gone.
process.on('disconnect', () => process.exit());
