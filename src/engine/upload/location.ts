/** Where a central system wants a file or has one, and whether a charger may go there. */

export interface FtpServer {
  /** As the system resolves it: lower case, IPv6 without its brackets. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Begins with a slash. */
  readonly path: string;
}

export type Location =
  | ({ readonly kind: 'ftp' } & FtpServer)
  | { readonly kind: 'http'; readonly host: string; readonly port: number }
  | { readonly kind: 'other' };

const FTP_PORT = 21;
/** The schema of OCPP 1.6 knows no limit; a command of 1 MB is no reason to take it apart. */
const MOST_CHARACTERS = 2048;

/** Takes a `location` of GetDiagnostics or UpdateFirmware apart; never throws. */
export function parseLocation(text: string): Location {
  const server = parseFtp(text) ?? parseTonly(text);
  if (server !== null) return { kind: 'ftp', ...server };
  const url = parseUrl(text);
  const usual = url?.protocol === 'https:' ? 443 : 80;
  if (url === null || !/^https?:$/.test(url.protocol) || url.port === '0') return { kind: 'other' };
  return { kind: 'http', host: bare(url.hostname), port: Number(url.port) || usual };
}

/**
 * `ftp://user:secret@192.0.2.10:21/folder` (exchange 16); null for anything else. Without a user
 * `anonymous` logs in, as RFC 1635 has it.
 */
export function parseFtp(text: string): FtpServer | null {
  const url = parseUrl(text);
  if (url?.protocol !== 'ftp:') return null;
  const anonymous = url.username === '';
  return checked({
    host: bare(url.hostname),
    port: url.port === '' ? FTP_PORT : Number(url.port),
    user: anonymous ? 'anonymous' : decoded(url.username),
    password: anonymous && url.password === '' ? 'guest' : decoded(url.password),
    path: decoded(url.pathname.replace(/;type=[aid]$/i, '')) || '/',
  });
}

const TONLY =
  /^(?<at>(?:\[[^\]]*\]|[^:[\]]+):\d{1,5}):(?<user>[^:]*):(?<password>.*?):(?<path>\/.*)$/s;

/**
 * `192.0.2.10:21:user:secret:/folder/file.bin`, TONLY's own form (exchange 18); null for anything
 * else. Nothing is escaped in it; the path begins at the first slash after a colon.
 */
export function parseTonly(text: string): FtpServer | null {
  if (text.length > MOST_CHARACTERS) return null;
  const { at, user, password, path } = TONLY.exec(text)?.groups ?? {};
  const address = at === undefined ? null : parseAddress(at);
  return address === null ? null : checked({ ...address, user, password, path });
}

/**
 * Entries are `host:port`, `host` (port 21) or `[::1]:2121`, whatever their case. Nothing stands
 * for several hosts, and an entry that is none of these allows nothing.
 */
export function isAllowed(allowed: readonly string[], host: string, port: number): boolean {
  const wanted = bare(host).toLowerCase();
  return allowed.some((entry) => {
    const address = parseAddress(entry);
    return address !== null && address.host === wanted && address.port === port;
  });
}

/** A host with or without a port, and nothing else that a URL could hold. */
function parseAddress(text: string): { host: string; port: number } | null {
  if (!/^(?:\[[\da-f:.]+\]|[^\s:@/\\?#%[\]*]+)(?::\d{1,5})?$/i.test(text)) return null;
  const url = parseUrl(`ftp://${text}/`);
  if (url === null || url.port === '0') return null;
  return { host: bare(url.hostname), port: url.port === '' ? FTP_PORT : Number(url.port) };
}

function parseUrl(text: string): URL | null {
  if (text.length > MOST_CHARACTERS) return null;
  const url = URL.parse(text);
  return url === null || url.hostname === '' ? null : url;
}

/** Line ends in a name would be FTP commands of the central system's. */
function checked(server: FtpServer): FtpServer | null {
  const texts = [server.host, server.user, server.password, server.path];
  return server.port > 0 && !texts.some((text) => /\p{Cc}/u.test(text)) ? server : null;
}

const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '');

/** A lone % is what it is, and so are bytes that are no UTF-8. */
function decoded(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  });
}
