import { describe, expect, test } from 'vitest';
import { reachedBy, routesOf, siteOf } from '../../src/fleet/routes.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { smallScenario } from '../e2e/support.ts';

const LIMITS = { sourcePorts: 100, reservedPorts: [[2000, 2001]] as const };
const reach = (...urls: string[]) => urls.map((url) => ({ url, address: '127.0.0.1' }));
const planOf = (chargers: number, changes: Partial<Scenario> = {}) =>
  compilePlan(smallScenario(changes, { chargers }), { name: 'routes', file: null, seed: 1 });

test('an address and a port, that of the scheme when none is written', () => {
  expect(siteOf('ws://csms:9000/{id}', '10.0.0.1')).toBe('10.0.0.1:9000');
  expect(siteOf('wss://{x}@csms/{id}'.replace('{x}', 'u:p'), '10.0.0.1')).toBe('10.0.0.1:443');
  expect(siteOf('ws://csms/{id}', '10.0.0.1')).toBe('10.0.0.1:80');
});

test('names and addresses are looked up', async () => {
  const urls = ['ws://localhost:1/{id}', 'ws://127.0.0.9:1/{id}', 'ws://[::1]:1/{id}'];
  const found = await reachedBy(urls);
  expect(found.map(({ url }) => url)).toEqual(urls);
  expect(found[0].address).toMatch(/^(127\.0\.0\.1|::1)$/);
  expect(found.slice(1).map(({ address }) => address)).toEqual(['127.0.0.9', '::1']);
});

test('the one that is not known is named', async () => {
  const urls = ['ws://127.0.0.1/{id}', 'ws://nobody.invalid/{id}', 'ws://nor.invalid/{id}'];
  await expect(reachedBy(urls)).rejects.toThrow("the target's host 'nobody.invalid' is not known");
});

describe('who chooses the ports', () => {
  const sourcesOf = (chargers: number, urls = ['ws://a/{id}'], changes: Partial<Scenario> = {}) =>
    routesOf(planOf(chargers, { target: urls, ...changes }), reach(...urls), LIMITS).sources;

  test('the system, up to half of its range', () => {
    expect(sourcesOf(50)).toBe(null);
    expect(sourcesOf(51)).toEqual({
      ...{ addresses: [null], destinations: [0], reservedPorts: [[2000, 2001]] },
    });
  });
  test('several targets have more ports, unless they are one address and port', () => {
    expect(sourcesOf(100, ['ws://a:1/{id}', 'ws://a:2/{id}'])).toBe(null);
    expect(sourcesOf(100, ['ws://a:1/x/{id}', 'ws://a:1/y/{id}'])).not.toBe(null);
  });
  test('with addresses of ours, always we', () => {
    const sourceAddresses = ['127.0.0.2-3'];
    expect(sourcesOf(1, undefined, { sourceAddresses })?.addresses).toEqual([
      ...['127.0.0.2', '127.0.0.3'],
    ]);
  });
});
