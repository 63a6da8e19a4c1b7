/** `--metrics`: answers scrapers. */
import type { Address } from '../http/address.ts';
import { type HttpService, plain, type Request, type Response, serveHttp } from '../http/server.ts';
import { CONTENT_TYPES, formatOf } from './accept.ts';
import type { Exporter } from './exporter.ts';

const INDEX = 'ocpp-load: metrics for Prometheus are at /metrics\n';

/**
 * @param exporter null: the run has not begun.
 * @throws UserError when nobody can listen there.
 */
export function serveMetrics(
  address: Address,
  exporter: () => Exporter | null,
): Promise<HttpService> {
  return serveHttp(address, '--metrics', async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      plain(response, 405, 'GET and HEAD are what there is\n');
      return;
    }
    switch (request.url?.replace(/\?.*$/s, '')) {
      case '/':
        return plain(response, 200, INDEX);
      case '/metrics':
        return await answer(request, response, exporter());
      default:
        return plain(response, 404, INDEX);
    }
  });
}

async function answer(request: Request, response: Response, exporter: Exporter | null) {
  if (exporter === null) {
    plain(response, 503, 'the run has not begun yet\n');
    return;
  }
  const format = formatOf(request.headers.accept);
  const body = await exporter.render(format);
  response.writeHead(200, {
    'Content-Type': CONTENT_TYPES[format],
    'Content-Length': body.length,
    Vary: 'Accept',
  });
  response.end(body);
}
