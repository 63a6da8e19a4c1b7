/** Scrapes /metrics each second, as Prometheus does, and reads the live page's events. */
const [metricsUrl, pageUrl] = process.argv.slice(2);

const NATIVE =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

async function scrape(): Promise<void> {
  const response = await fetch(metricsUrl, { headers: { Accept: NATIVE } });
  await response.arrayBuffer();
}

async function readEvents(seen: () => void): Promise<void> {
  const response = await fetch(`${pageUrl}events`);
  for await (const _ of response.body ?? []) seen();
}

await scrape();
setInterval(() => void scrape().catch(() => {}), 1000);
let told = false;
void readEvents(() => {
  if (!told) process.send?.('watching');
  told = true;
}).catch(() => {});
// The measured process is gone.
process.on('disconnect', () => process.exit());
