/** The manifests of deploy/: what schemas say of them, and what schemas cannot see. */
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ExitCode } from '../../src/base/errors.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { expectLoad } from '../../src/plan/expect.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { docFile } from '../docs/files.ts';
import { complaint, twins } from '../support/command-line.ts';
import { callsIn } from '../support/shell.ts';
import {
  type Any,
  built,
  type Container,
  deployFiles,
  deployText,
  isThere,
  kustomization,
  manifestsIn,
  podOf,
} from './manifests.ts';
import { flawsOf } from './schemas.ts';

const kustomizations = deployFiles('kustomization.yaml').map((path) => posix.dirname(path));
const manifestFiles = deployFiles('.yaml').filter((path) => !path.endsWith('kustomization.yaml'));
const folders = kustomizations.map((folder) => [folder, built(folder)] as const);
const applied = [...manifestFiles.flatMap(manifestsIn), ...built('kubernetes/million')];
const workloads = applied.flatMap((manifest) => {
  const pod = podOf(manifest);
  return pod ? [{ name: `${manifest.kind} ${manifest.metadata.name}`, manifest, pod }] : [];
});
const doc = docFile('docs/many-machines.md').text;

const find = (folder: string, kind: string, name: string) =>
  built(folder).find((each) => each.kind === kind && each.metadata.name === name);

describe('by the schemas of Kubernetes and of the Prometheus operator', () => {
  test.each(folders)('%s is right, patches included', async (_, all) => {
    for (const each of all) expect(await flawsOf(each), each.metadata.name).toEqual([]);
  });

  test.each(manifestFiles)('%s is right', async (path) => {
    for (const each of manifestsIn(path)) {
      expect(await flawsOf(each), each.metadata.name).toEqual([]);
      if (each.kind !== 'Namespace') expect(each.metadata.namespace).toBe('ocpp-load');
    }
  });

  const agents = () => find('kubernetes/run', 'Job', 'agents');
  test.each<[string, (job: Any) => void, string]>([
    ['a misspelt key', ({ spec }) => (spec.completion = 3), 'completion is unknown'],
    ['a text for a number', ({ spec }) => (spec.completions = '3'), 'must be integer'],
    [
      'an impossible amount',
      ({ spec }) => ((podOf({ spec }) as Any).overhead = { cpu: '1 m' }),
      'quantity',
    ],
    ['a mode that is none', ({ spec }) => (spec.completionMode = 'indexed'), 'one of the allowed'],
    ['a kind that is none', (job) => (job.kind = 'Jobb'), 'no schema'],
  ])('%s would be found', async (_, spoil, said) => {
    const job = agents();
    spoil(job);
    expect((await flawsOf(job)).join()).toContain(said);
  });
});

describe('kustomization', () => {
  test.each(kustomizations)('%s names what is there', (folder) => {
    const { resources, configMapGenerator = [] } = kustomization(folder);
    for (const name of [...resources, ...configMapGenerator.flatMap(({ files = [] }) => files)]) {
      expect(isThere(posix.join(folder, name)), name).toBe(true);
    }
  });

  test('every manifest is in one, or the documentation applies it', () => {
    const named = kustomizations.flatMap((folder) =>
      kustomization(folder).resources.map((name) => posix.join(folder, name)),
    );
    const loose = manifestFiles.filter((path) => !named.includes(path));
    expect(loose.length).toBeGreaterThan(0);
    for (const path of loose) expect(doc).toContain(`kubectl apply -f deploy/${path}`);
    for (const folder of ['run', 'zones', 'target', 'monitoring', 'shards', 'million']) {
      expect(doc).toContain(`kubectl apply -k deploy/kubernetes/${folder}\n`);
    }
  });
});

describe.each(workloads)('$name', ({ manifest, pod }) => {
  test('runs as nobody, and can write nowhere but where it must', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const container of pod.containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container).toMatchObject({
        resources: { requests: { cpu: expect.anything() }, limits: { memory: expect.anything() } },
      });
    }
  });

  test('its pods are those that it selects', () => {
    const { selector, template } = manifest.spec;
    if (selector) expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    const spread = (pod.topologySpreadConstraints ?? []) as Any[];
    for (const { labelSelector } of spread) {
      expect(template.metadata.labels).toMatchObject(labelSelector.matchLabels);
    }
  });

  test('has the version of this package, or one of its own', () => {
    for (const { image } of pod.containers) {
      if (image.startsWith('nats:')) expect(image).toMatch(/:\d+\.\d+\.\d+-alpine$/);
      else expect(image).toBe(`registry.example/ocpp-load:${packageJson.version}`);
    }
  });

  test('mounts volumes that it has', () => {
    const claims = (manifest.spec.volumeClaimTemplates ?? []).map(
      (each: Any) => each.metadata.name,
    );
    const volumes = [...(pod.volumes ?? []).map(({ name }) => name), ...claims];
    const mounted = pod.containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
    expect(mounted.map(({ name }) => name).sort()).toEqual(volumes.sort());
  });

  test('only asks for sysctls that every cluster allows', () => {
    const { sysctls = [] } = pod.securityContext as { sysctls?: { name: string }[] };
    for (const { name } of sysctls) expect(name).toBe('net.ipv4.ip_local_port_range');
  });

  test('probes ports that it has', () => {
    for (const { ports = [], readinessProbe, livenessProbe } of pod.containers as Any[]) {
      const names = ports.map(({ name }: Any) => name);
      for (const probe of [readinessProbe, livenessProbe].filter(Boolean)) {
        expect(names).toContain((probe.httpGet ?? probe.tcpSocket).port);
      }
    }
  });
});

/** What the variables of a container are in `folder`; those from elsewhere as `x`. */
function variablesOf(container: Container, folder: string): Record<string, string> {
  const maps = (container.envFrom ?? []).flatMap(({ configMapRef }) =>
    configMapRef ? [find(folder, 'ConfigMap', configMapRef.name)?.data ?? {}] : [],
  );
  const own = (container.env ?? []).map(({ name, value = 'x' }) => [name, value]);
  return Object.assign({ JOB_COMPLETION_INDEX: '0' }, ...maps, Object.fromEntries(own));
}

/** The command lines of ocpp-load that a container types, `$(NAME)` put in. */
function callsOf(container: Container, folder: string): string[][] {
  const variables = variablesOf(container, folder);
  const args = (container.args ?? []).map((text) =>
    text.replace(/\$\((\w+)\)/g, (whole, name) => variables[name] ?? whole),
  );
  if (container.image.startsWith('nats:') || container.command?.[0] === 'sleep') return [];
  return container.command ? callsIn(args[0]) : [args];
}

const inFolders = [
  ...folders,
  ...manifestFiles.map((path) => [posix.dirname(path), manifestsIn(path)] as const),
];

describe('command lines', () => {
  const containers = inFolders.flatMap(([folder, all]) =>
    all.flatMap((each) =>
      (podOf(each)?.containers ?? []).map((container) => ({ folder, container })),
    ),
  );
  const calls = containers.flatMap(({ folder, container }) => callsOf(container, folder));

  test('are found, each with all of its variables', () => {
    expect(new Set(calls.map(([command]) => command))).toEqual(
      new Set(['run', 'agent', 'csms', 'merge', 'report']),
    );
    expect(calls.flat().filter((word) => word.includes('$('))).toEqual([]);
  });

  test('are taken by the program', async () => {
    const said = await Promise.all(calls.map(complaint));
    expect(said.filter(Boolean)).toEqual([]);
  });

  test('variables are twins of flags', async () => {
    const known = await twins();
    const names = containers.flatMap(({ folder, container }) =>
      Object.keys(variablesOf(container, folder)).filter((name) => name.startsWith('OCPP_LOAD_')),
    );
    expect(names).toContain('OCPP_LOAD_AGENTS');
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('names', () => {
  test('Secrets and ConfigMaps are generated, documented, or optional', () => {
    for (const [, all] of folders) {
      const generated = all.filter(({ kind }) => kind === 'ConfigMap').map((m) => m.metadata.name);
      for (const { containers, volumes = [] } of all.flatMap((each) => podOf(each) ?? [])) {
        const refs = containers.flatMap(({ env = [], envFrom = [] }) => [
          ...envFrom.flatMap(({ configMapRef, secretRef }) => [configMapRef, secretRef]),
          ...env.flatMap(({ valueFrom }) => [valueFrom?.configMapKeyRef, valueFrom?.secretKeyRef]),
          ...volumes.map(({ configMap }) => configMap),
          ...volumes.map(({ secret }) => secret && { name: secret.secretName, optional: false }),
        ]);
        for (const { name, optional } of refs.filter((ref) => ref !== undefined)) {
          if (optional || generated.includes(name)) continue;
          expect(doc).toMatch(new RegExp(`create (secret generic|configmap) ${name} `));
        }
      }
    }
  });

  test('claims are there', () => {
    const claims = applied.filter(({ kind }) => kind === 'PersistentVolumeClaim');
    const names = claims.map(({ metadata }) => metadata.name);
    for (const { pod } of workloads) {
      for (const { persistentVolumeClaim } of pod.volumes ?? []) {
        if (persistentVolumeClaim) expect(names).toContain(persistentVolumeClaim.claimName);
      }
    }
  });

  const selecting = applied.filter(({ kind }) =>
    ['Service', 'PodMonitor', 'NetworkPolicy'].includes(kind),
  );
  test.each(selecting.map((each) => [`${each.kind} ${each.metadata.name}`, each]))(
    '%s selects pods with the ports that it names',
    (_, { kind, spec }) => {
      const labels = spec.selector?.matchLabels ?? spec.podSelector?.matchLabels ?? spec.selector;
      const templates = applied.flatMap(({ spec: { template } = {} as Any }) => template ?? []);
      const pods = templates.filter(({ metadata }) =>
        Object.entries(labels).every(([key, value]) => metadata.labels[key] === value),
      );
      expect(pods.length).toBeGreaterThan(0);
      const ports = {
        Service: () => spec.ports.map(({ targetPort }: Any) => targetPort),
        PodMonitor: () => spec.podMetricsEndpoints.map(({ port }: Any) => port),
        NetworkPolicy: () =>
          spec.ingress.flatMap((rule: Any) => rule.ports.map((p: Any) => p.port)),
      }[kind as 'Service']();
      for (const pod of pods) {
        const named = pod.spec.containers.flatMap((c: Container) => c.ports?.map((p) => p.name));
        expect(named).toEqual(expect.arrayContaining(ports));
      }
    },
  );

  test('whoever connects to NATS and the target calls them as their services are called', () => {
    const hosts = ['nats', 'target'].map((name) => {
      const service = applied.find((m) => m.kind === 'Service' && m.metadata.name === name);
      return `${name}:${service.spec.ports[0].port}`;
    });
    const used = ['agents', 'kustomization']
      .map((n) => deployText(`kubernetes/run/${n}.yaml`))
      .join();
    for (const host of hosts) expect(used).toContain(`//${host}`);
  });
});

describe('numbers', () => {
  const planOf = async (folder: string) => {
    const { scenario, file } = await loadScenario(`deploy/kubernetes/${folder}/fleet.ts`);
    return compilePlan(scenario, { name: 'fleet.ts', file, seed: 1 });
  };

  test.each(['run', 'million'])('%s: as many agents as are waited for, and room', async (name) => {
    const folder = `kubernetes/${name}`;
    const { data } = find(folder, 'ConfigMap', 'run');
    const { spec } = find(folder, 'Job', 'agents');
    const agents = Number(data.OCPP_LOAD_AGENTS);
    expect([spec.completions, spec.parallelism]).toEqual([agents, agents]);
    const capacity = Number(spec.template.spec.containers[0].env[0].value);
    const path = name === 'run' ? 'common' : name;
    const { chargerCount } = await planOf(path);
    expect(capacity * agents).toBeGreaterThanOrEqual(chargerCount);
    // One address and port of the target takes 64 511 connections of a pod.
    const targets = data.OCPP_LOAD_TARGET.split(',').length;
    expect(chargerCount / agents / targets).toBeLessThanOrEqual(64_511);
  });

  test('a million: the documentation has the figures of the plan', async () => {
    const { steadyCallsPerS, peakConnectsPerS, totalCalls, totalS } = expectLoad(
      await planOf('million'),
    );
    const millions = Object.values(totalCalls).reduce((sum, count) => sum + count, 0) / 1e6;
    const grouped = (n: number) => Math.round(n).toLocaleString('en').replaceAll(',', ' ');
    const steady = [steadyCallsPerS, steadyCallsPerS / 10].map(grouped).join(' | ');
    const connects = [peakConnectsPerS, peakConnectsPerS / 10].map(grouped).join(' | ');
    expect(doc).toContain(`| connects and boots in the ramp, a second | ${connects} |`);
    expect(doc).toContain(`| CALLs a second, steady | ${steady} |`);
    expect(doc).toContain(`| CALLs in all | ${millions.toFixed(1)} million |`);
    expect(doc).toContain(`| result file | ${grouped(totalS)} seconds`);
  });

  test('zones: what is put in place of the labels are labels', () => {
    const [before, after] = ['run', 'zones'].map(
      (name) => find(`kubernetes/${name}`, 'Job', 'agents').spec.template.spec.containers[0].args,
    );
    const changed = after.filter((arg: string) => !before.includes(arg));
    expect(changed).toEqual(['--labels=kind=pod,zone=$(ZONE)']);
    expect(before.filter((arg: string) => !after.includes(arg))).toEqual(['--labels=kind=pod']);
  });

  test('shards: as many pods as shares', () => {
    const { spec } = find('kubernetes/shards', 'Job', 'shards');
    expect(spec).toMatchObject({ completions: 10, parallelism: 10, completionMode: 'Indexed' });
    expect(spec.template.spec.containers[0].args).toContain(`--shard=auto/${spec.completions}`);
  });

  test('pods have the time to drain', () => {
    const DEFAULT_DRAIN_S = 30;
    const DELIVERY_S = 120;
    const least: Record<string, number> = {
      shard: DEFAULT_DRAIN_S,
      agent: DEFAULT_DRAIN_S + DELIVERY_S,
      coordinator: DEFAULT_DRAIN_S + DELIVERY_S,
    };
    for (const { manifest, pod } of workloads) {
      const component = manifest.metadata.labels?.['app.kubernetes.io/component'];
      if (least[component] === undefined) continue;
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(least[component]);
    }
  });

  test('whoever ended with a result does not begin again', () => {
    const { thresholds, interrupted, scenarioException, aborted, internal, invalid, leftAtOnce } =
      ExitCode;
    const results = [thresholds, interrupted, scenarioException, aborted, invalid, leftAtOnce];
    const last = (name: string) =>
      find('kubernetes/run', 'Job', name).spec.podFailurePolicy.rules.at(-1);
    expect(last('coordinator').action).toBe('FailJob');
    expect(new Set(last('coordinator').onExitCodes.values)).toEqual(
      new Set([...results, internal]),
    );
    expect(last('agents').action).toBe('FailIndex');
    expect(new Set(last('agents').onExitCodes.values)).toEqual(new Set(results));
  });

  test('keys can be read by their pod alone', () => {
    const secrets = workloads.flatMap(({ pod }) => (pod.volumes ?? []) as Any[]);
    for (const { secret } of secrets.filter((volume) => volume.secret)) {
      expect(secret.defaultMode.toString(8)).toBe('440');
    }
  });

  test('NATS has a volume for more than it may store', () => {
    const gigabytes = Number(/max_file_store: (\d+)GB/.exec(deployText('nats/nats.conf'))?.[1]);
    const { spec } = find('nats', 'StatefulSet', 'nats');
    const [{ spec: claim }] = spec.volumeClaimTemplates;
    expect(Number(/^(\d+)Gi$/.exec(claim.resources.requests.storage)?.[1])).toBeGreaterThan(
      gigabytes,
    );
  });
});
