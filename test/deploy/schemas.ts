/**
 * Kubernetes' own schemas, compiled, as the package kubernetes-models ships them, and those of the
 * Prometheus operator.
 */

/** A manifest, as YAML has it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What the schema of its kind has against a manifest, keys that it does not know included. */
export async function flawsOf(manifest: Manifest): Promise<string[]> {
  const validate = await validator(manifest);
  if (validate === null) return [`no schema for ${manifest.apiVersion} ${manifest.kind}`];
  const { seen, unread } = recorded(manifest);
  const said = complaint(() => validate.call(seen));
  return [...said, ...unread().map((path) => `data${path} is unknown`)];
}

async function validator({ apiVersion, kind }: Manifest): Promise<(() => void) | null> {
  const operator = '@kubernetes-models/prometheus-operator';
  const owner = apiVersion.startsWith('monitoring.') ? operator : 'kubernetes-models';
  const models = await import(`${owner}/${apiVersion}`).catch(() => ({}));
  return models[kind]?.prototype.validate ?? null;
}

function complaint(validate: () => void): string[] {
  try {
    validate();
    return [];
  } catch (error) {
    return (error as Error).message.split(', data').map((text) => text.replace(/^(?=\/)/, 'data'));
  }
}

/**
 * Kubernetes' schemas allow any key beside those that they know, and an API server drops it with a
 * warning. A validator reads every key that its schema knows: what it never read is misspelt.
 */
function recorded(document: object): { seen: unknown; unread(): string[] } {
  const read = new Map<string, boolean>();
  const wrap = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const below = new Map<string | symbol, unknown>();
    for (const [key, inner] of Object.entries(value)) {
      below.set(key, wrap(inner, `${path}/${key}`));
      read.set(`${path}/${key}`, false);
    }
    return new Proxy(value, {
      get(target, key) {
        if (!below.has(key)) return Reflect.get(target, key);
        read.set(`${path}/${String(key)}`, true);
        return below.get(key);
      },
    });
  };
  return {
    seen: wrap(document, ''),
    unread: () => Array.from(read).flatMap(([path, wasRead]) => (wasRead ? [] : [path])),
  };
}
