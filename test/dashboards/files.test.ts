/** The files beside the dashboard: they parse, and name only what is there. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeWith } from '../support/programs.ts';
import { FOLDER, fileText, readDashboard, readRules } from './reading.ts';

const run = promisify(execFile);
const yamlFiles = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yml'),
);
const yaml = (name: string) => parse(fileText(name));

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly volumes: readonly string[];
}

test('every YAML file parses', () => {
  expect(yamlFiles.length).toBe(7);
  for (const name of yamlFiles) expect(yaml(name), name).toBeTypeOf('object');
});

describe('docker-compose.yml', () => {
  const { services, volumes } = yaml('docker-compose.yml');
  const all = Object.entries(services as Record<string, Service>);

  test.each(all)('%s has a version, and mounts what is there', (_, service) => {
    expect(service.image).toMatch(/:v?\d+\.\d+\.\d+$/);
    for (const mount of service.volumes) {
      const [from] = mount.split(':');
      if (from.startsWith('.')) expect(existsSync(join(FOLDER, from)), from).toBe(true);
      else expect(Object.keys(volumes)).toContain(from);
    }
  });

  test('Prometheus keeps native histograms, and the runs that can be chosen', () => {
    const { command } = services.prometheus as Service;
    expect(command).toContain('--enable-feature=native-histograms');
    expect(command).toContain('--storage.tsdb.retention.time=30d');
    const [run] = readDashboard().templating.list.filter(({ name }) => name === 'run');
    expect(JSON.stringify(run.query)).toContain('[30d]');
  });

  test('nothing listens beyond this machine', () => {
    const { command, environment } = services.prometheus;
    expect(command).toContain('--web.listen-address=127.0.0.1:9090');
    expect(environment ?? services.grafana.environment).toMatchObject({
      GF_SERVER_HTTP_ADDR: '127.0.0.1',
    });
  });
});

test('Grafana finds Prometheus and the dashboard where they are', () => {
  const { datasources } = yaml('provisioning/datasources/prometheus.yml');
  expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://127.0.0.1:9090' }]);
  expect(datasources[0].jsonData.timeInterval).toBe(yaml('prometheus.yml').global.scrape_interval);
  const { providers } = yaml('provisioning/dashboards/ocpp-load.yml');
  const { services } = yaml('docker-compose.yml');
  expect(services.grafana.volumes).toContain(
    `./ocpp-load.json:${providers[0].options.path}/ocpp-load.json:ro`,
  );
});

test('Prometheus is given the rules that are there', () => {
  expect(yaml('prometheus.yml').rule_files).toEqual(['rules/recording.yml', 'rules/alerts.yml']);
});

test('each alert has a test, and words', () => {
  const tested = fileText('rules/tests.yml');
  for (const { alert, ...rule } of readRules('alerts')) {
    expect(tested).toContain(`alertname: ${alert}`);
    expect(rule).toMatchObject({
      labels: { severity: expect.stringMatching(/^(warning|critical)$/) },
      annotations: { summary: expect.any(String), description: expect.any(String) },
    });
  }
});

describeWith(['promtool'], 'promtool', () => {
  test.each([
    ['check', 'config', 'prometheus.yml'],
    ['check', 'rules', 'rules/recording.yml', 'rules/alerts.yml'],
    ['test', 'rules', 'rules/tests.yml'],
  ])('%s %s', async (...args) => {
    const { stdout } = await run('promtool', args, { cwd: FOLDER });
    expect(stdout).toContain('SUCCESS');
  });
});
