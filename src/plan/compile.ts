import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { assert } from '../base/assert.ts';
import { UserError } from '../base/errors.ts';
import { parseDurationNs } from '../base/units.ts';
import { collectScripts, scriptsOf } from '../scenario/scripts.ts';
import { targetUrl } from '../scenario/target.ts';
import type { Fleet, Scenario } from '../scenario/types.ts';
import { checkIdentities, fleetTexts } from './identities.ts';
import type { FleetPlan, FrameTemplate, Plan, PlanLimits, PlanStages, PlanTls } from './plan.ts';
import { TemplateIndex } from './plan.ts';
import { compileProgram } from './program.ts';
import { compileArrivals, compileConnects } from './schedule.ts';
import { lifeTemplates, statusTemplate, statusTemplateName } from './template.ts';

export interface CompileOptions {
  /** File name of the scenario, for the reader. */
  readonly name: string;
  /** Its absolute path: files that it names (CSV, certificates) are relative to it. */
  readonly file: string | null;
  readonly seed: number;
}

/**
 * Scenario and seed become a plan: deep-frozen plain data.
 * @param scenario as `loadScenario` or `validateScenario` returned it.
 * @throws UserError for what only shows when everything is laid out: identities that occur twice or
 * are too long, files that cannot be read, stages that never connect everybody.
 */
export function compilePlan(scenario: Scenario, options: CompileOptions): Plan {
  const folder = options.file === null ? process.cwd() : dirname(options.file);
  const chargerCount = scenario.fleets.reduce((sum, fleet) => sum + fleet.chargers, 0);
  const stages = compileStages(scenario);
  const fleets = compileFleets(scenario, stages, folder);
  checkIdentities(fleets);
  const plan: Plan = {
    schema: 'ocpp-load/plan/1',
    name: options.name,
    description: scenario.description ?? '',
    dialect: scenario.dialect ?? 'as-logged',
    seed: options.seed,
    scenarioFile: options.file,
    scriptCount: collectScripts(scenario).length,
    target: compileTarget(scenario),
    stages,
    limits: compileLimits(scenario),
    tls: compileTls(scenario, folder),
    fleets,
    chargerCount,
    allowedBootFailures: bootFailures(scenario.allowBootFailures, chargerCount),
  };
  return deepFreeze(plan);
}

/** Nanoseconds of a duration that the validation has seen. */
function nsOf(text: string | undefined, otherwise: string): number {
  const ns = parseDurationNs(text ?? otherwise);
  assert(ns !== undefined, `unchecked duration ${text}`);
  return ns;
}

const connectOf = (fleet: Fleet) => fleet.connect ?? { profile: 'ramp', over: '10s' };

function jitterNs(fleet: Fleet): number {
  const connect = connectOf(fleet);
  return connect.profile === 'ramp' ? nsOf(connect.jitter, '0s') : 0;
}

const connectsOf = (fleet: Fleet, index: number) =>
  compileConnects(connectOf(fleet), fleet.chargers, `fleets[${index}].connect`);

function compileStages(scenario: Scenario): PlanStages {
  const ramps = scenario.fleets.map(
    (fleet, index) => connectsOf(fleet, index).endNs + jitterNs(fleet),
  );
  return {
    rampNs: Math.ceil(Math.max(...ramps)),
    warmupNs: nsOf(scenario.warmup, '0s'),
    steadyNs: nsOf(scenario.duration, '0s'),
    graceNs: nsOf(scenario.gracePeriod, '30s'),
  };
}

function compileTarget(scenario: Scenario): Plan['target'] {
  // A copy: the plan is frozen, the user's object is not ours to freeze.
  const embedded = structuredClone(scenario.embedded ?? {});
  if (scenario.target === 'embedded') {
    return { kind: 'embedded', url: 'ws://127.0.0.1:0/{id}', embedded };
  }
  return { kind: 'external', url: targetUrl(scenario.target), embedded };
}

function compileLimits(scenario: Scenario): PlanLimits {
  return {
    callTimeoutNs: nsOf(scenario.callTimeout, '30s'),
    timeoutsBeforeReconnect: scenario.timeoutsBeforeReconnect ?? 2,
    handshakeTimeoutNs: nsOf(scenario.handshakeTimeout, '30s'),
    maxHandshakes: scenario.maxHandshakes ?? 256,
    maxBacklog: scenario.maxBacklog ?? 100,
    slackNs: nsOf(scenario.slack, '1ms'),
    maxMessageBytes: scenario.maxMessageBytes ?? 65_536,
  };
}

function compileTls({ tls }: Scenario, folder: string): PlanTls {
  const verify = tls?.verify ?? true;
  if (tls?.caFile === undefined) return { ca: null, verify };
  const file = resolve(folder, tls.caFile);
  try {
    const ca = readFileSync(file, 'utf8');
    if (ca.includes('-----BEGIN CERTIFICATE-----')) return { ca, verify };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`tls.caFile: ${file} cannot be read (${code})`, 'it must be a PEM file');
  }
  throw new UserError(`tls.caFile: ${file} holds no certificate`, 'it must be a PEM file');
}

function bootFailures(allowed: boolean | number | undefined, chargerCount: number): number {
  return allowed === true ? chargerCount : Math.floor(Number(allowed ?? 0) * chargerCount);
}

function compileFleets(scenario: Scenario, stages: PlanStages, folder: string): FleetPlan[] {
  const arrivalsEndNs = stages.rampNs + stages.warmupNs + stages.steadyNs;
  let firstCharger = 0;
  let firstScript = 0;
  return scenario.fleets.map((fleet, index) => {
    const { arrivals, model } = fleet;
    const frames = compileFrames(fleet, scenario.dialect ?? 'as-logged', firstScript);
    const plan: FleetPlan = {
      name: fleet.name,
      modelName: model.name,
      firstCharger,
      chargerCount: fleet.chargers,
      ...fleetTexts(fleet, firstCharger, folder),
      origin: model.origin ?? null,
      firstMessageId: model.firstMessageId,
      electrics: {
        phases: model.phases,
        voltageV: [...model.voltageV],
        pricePerKwh: model.pricePerKwh,
        maxPowerW: maxPowerW(model),
      },
      ...frames,
      connect: connectsOf(fleet, index),
      connectJitterNs: jitterNs(fleet),
      arrivals: arrivals ? compileArrivals(arrivals, stages.rampNs, arrivalsEndNs) : null,
      heartbeatNs: heartbeatNs(fleet.heartbeat),
      meterIntervalNs: nsOf(fleet.meterInterval, '60s'),
      reconnect: {
        baseNs: nsOf(fleet.reconnect?.base, '1s'),
        maxNs: nsOf(fleet.reconnect?.max, '60s'),
      },
    };
    firstCharger += fleet.chargers;
    firstScript += scriptsOf(fleet.life.steps).length;
    return plan;
  });
}

function maxPowerW({ voltageV, phases, maxCurrentA }: Fleet['model']): number {
  return voltageV.slice(0, phases).reduce((sum, volts) => sum + volts * maxCurrentA, 0);
}

function heartbeatNs(heartbeat: Fleet['heartbeat']): number {
  if (heartbeat === 'off') return -1;
  return heartbeat === undefined || heartbeat === 'boot' ? 0 : nsOf(heartbeat, '0s');
}

/** The program, and the templates that it and the charger's own messages use. */
function compileFrames(
  { model, life }: Fleet,
  dialect: keyof Fleet['model']['dialects'],
  firstScript: number,
): Pick<FleetPlan, 'clock' | 'templates' | 'program'> {
  const frames = model.dialects[dialect];
  const templates: FrameTemplate[] = lifeTemplates(frames);
  assert(templates.length === TemplateIndex.firstStatus, 'a template is not at its index');
  const templateOf = (status: string, errorCode: string) => {
    const name = statusTemplateName(status, errorCode);
    const known = templates.findIndex((template) => template.name === name);
    return known < 0 ? templates.push(statusTemplate(frames, status, errorCode)) - 1 : known;
  };
  templateOf('Available', 'NoError');
  const context = { statusTemplate: templateOf, faultCode: model.faultCode, firstScript };
  const program = compileProgram(life.steps, context);
  const clock = { utcOffsetMin: frames.utcOffsetMin, zone: frames.zone };
  return { clock, templates, program };
}

/** Typed arrays cannot be frozen; nothing else in a plan can be changed. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
