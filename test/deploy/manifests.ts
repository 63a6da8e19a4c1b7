/** Reads what is in deploy/, as `kubectl apply -k` would, as far as it is used there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import type { Manifest } from './schemas.ts';

const root = fileURLToPath(new URL('../../deploy', import.meta.url));
export const deployText = (path: string) => readFileSync(join(root, path), 'utf8');
export const isThere = (path: string) => existsSync(join(root, path));

/** Paths of all files below deploy/ that end so. */
export function deployFiles(ending: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .sort();
}

/** A workload's containers and what they need, wherever its kind keeps it. */
export interface PodSpec {
  readonly [field: string]: unknown;
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly securityContext: Readonly<Record<string, unknown>>;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { name: string; value?: string; valueFrom?: Record<string, Named> }[];
  readonly envFrom?: readonly { configMapRef?: Named; secretRef?: Named }[];
  readonly ports?: readonly { name: string; containerPort: number }[];
  readonly volumeMounts?: readonly { name: string; mountPath: string }[];
  readonly securityContext: unknown;
}

interface Named {
  readonly name: string;
  readonly optional?: boolean;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: Named;
  readonly secret?: { readonly secretName: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

/** As YAML has it: what a test takes for granted of its fields, the schemas have checked. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of a manifest is its schema's business.
export type Any = any;

export const manifestsIn = (path: string): (Manifest & Any)[] =>
  parseAllDocuments(deployText(path)).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0].message}`);
    return document.toJS();
  });

export const podOf = (manifest: Any): PodSpec | undefined =>
  manifest.kind === 'Pod' ? manifest.spec : manifest.spec?.template?.spec;

export interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly {
    readonly name: string;
    readonly behavior?: 'merge' | 'replace';
    readonly literals?: readonly string[];
    readonly files?: readonly string[];
  }[];
  readonly patches?: readonly {
    readonly target: { readonly kind: string; readonly name: string };
    readonly patch: string;
  }[];
}

export const kustomization = (folder: string): Kustomization =>
  parse(deployText(`${folder}/kustomization.yaml`));

/** All that is applied with a folder, its patches and the ConfigMaps that it generates included. */
export function built(folder: string): Any[] {
  const { resources, configMapGenerator = [], patches = [] } = kustomization(folder);
  const all = resources.flatMap((name) => {
    const path = posix.join(folder, name);
    return path.endsWith('.yaml') ? manifestsIn(path) : built(path);
  });
  for (const { name, behavior, literals = [], files = [] } of configMapGenerator) {
    const texts = files.map((file) => [file, deployText(posix.join(folder, file))]);
    const data = Object.fromEntries([...literals.map(divided), ...texts]);
    const before = all.find((each) => each.kind === 'ConfigMap' && each.metadata.name === name);
    if ((before === undefined) !== (behavior === undefined)) throw new Error(`${folder}: ${name}`);
    if (before) before.data = behavior === 'merge' ? { ...before.data, ...data } : data;
    else all.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
  }
  for (const { target, patch } of patches) {
    const wanted = ({ kind, metadata }: Any) =>
      kind === target.kind && metadata.name === target.name;
    for (const step of parse(patch)) change(all.find(wanted), step);
  }
  return all;
}

const divided = (literal: string) => {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(literal) ?? [];
  return [name, value];
};

/** Of RFC 6902, `replace` of what is there, and `add` at the end of a list. */
function change(manifest: Any, { op, path, value }: { op: string; path: string; value: unknown }) {
  const key = posix.basename(path);
  const above = dirname(path).split('/').slice(1);
  const owner = above.reduce((inner, name) => inner?.[name], manifest);
  if (op === 'add' && key === '-' && Array.isArray(owner)) owner.push(value);
  else if (op === 'replace' && owner?.[key] !== undefined) owner[key] = value;
  else throw new Error(`${op} ${path}`);
}
