import { dirname } from 'node:path';
import { assert } from '../base/assert.ts';
import { parseDurationNs } from '../base/units.ts';
import { CHARGE_POINT_STATUSES } from '../ocpp/vocabulary.ts';
import { collectScripts, scriptsOf } from '../scenario/scripts.ts';
import { sourceList } from '../scenario/source-addresses.ts';
import type { Fleet, Scenario } from '../scenario/types.ts';
import { fleetConfiguration } from './configuration.ts';
import { compileGenerator } from './generator.ts';
import { checkIdentities, fleetTexts } from './identities.ts';
import type {
  FleetPlan,
  FrameTemplate,
  Plan,
  PlanLimits,
  PlanStages,
  ReconnectPlan,
} from './plan.ts';
import { TemplateIndex } from './plan.ts';
import { compileProgram, distributionRow } from './program.ts';
import { compileArrivals, compileConnects } from './schedule.ts';
import { compileTarget } from './target.ts';
import {
  lifeTemplates,
  meterValueText,
  parseTemplate,
  statusTemplate,
  statusTemplateName,
} from './template.ts';
import { compileThresholds } from './thresholds.ts';
import { compileTls } from './tls.ts';

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
    target: compileTarget(scenario, chargerCount),
    sourceAddresses: sourceList(scenario.sourceAddresses ?? []) ?? [],
    stages,
    limits: compileLimits(scenario),
    tls: compileTls(scenario, folder),
    allowUploads: [...(scenario.allowUploads ?? [])],
    fleets,
    chargerCount,
    allowedBootFailures: bootFailures(scenario.allowBootFailures, chargerCount),
    generator: compileGenerator(scenario.generator),
    thresholds: compileThresholds(scenario, stages),
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

function bootFailures(allowed: boolean | number | undefined, chargerCount: number): number {
  return allowed === true ? chargerCount : Math.floor(Number(allowed ?? 0) * chargerCount);
}

function compileFleets(scenario: Scenario, stages: PlanStages, folder: string): FleetPlan[] {
  let firstCharger = 0;
  let firstScript = 0;
  return scenario.fleets.map((fleet, index) => {
    const plan = compileFleet(scenario, stages, folder, index, { firstCharger, firstScript });
    firstCharger += fleet.chargers;
    firstScript += scriptsOf(fleet.life.steps).length;
    return plan;
  });
}

function compileFleet(
  scenario: Scenario,
  stages: PlanStages,
  folder: string,
  index: number,
  first: { firstCharger: number; firstScript: number },
): FleetPlan {
  const fleet = scenario.fleets[index];
  const { arrivals, model } = fleet;
  const arrivalsEndNs = stages.rampNs + stages.warmupNs + stages.steadyNs;
  return {
    name: fleet.name,
    modelName: model.name,
    firstCharger: first.firstCharger,
    chargerCount: fleet.chargers,
    ...fleetTexts(fleet, first.firstCharger, folder),
    origin: model.origin ?? null,
    firstMessageId: model.firstMessageId,
    connectors: model.connectors,
    tellsWholeStatus: model.tellsWholeStatus,
    register: model.register,
    electrics: {
      phases: model.phases,
      voltageV: [...model.voltageV],
      pricePerKwh: model.pricePerKwh,
      maxPowerW: maxPowerW(model),
    },
    ...compileFrames(fleet, scenario.dialect ?? 'as-logged', first.firstScript),
    connect: connectsOf(fleet, index),
    connectJitterNs: jitterNs(fleet),
    arrivals: arrivals ? compileArrivals(arrivals, stages.rampNs, arrivalsEndNs) : null,
    ...compileLink(fleet),
    ...compileManners(fleet),
  };
}

type LinkKeys = 'reconnect' | 'honoursRetryAfter' | 'rebootNs' | 'bootRetryNs' | 'heartbeatNs';

/** When a charger connects, boots and beats. */
function compileLink(fleet: Fleet): Pick<FleetPlan, LinkKeys> {
  return {
    reconnect: compileReconnect(fleet.reconnect),
    honoursRetryAfter: fleet.retryAfter ?? false,
    rebootNs: nsOf(fleet.rebootTime, '5s'),
    bootRetryNs: nsOf(fleet.bootRetry, '30s'),
    heartbeatNs: heartbeatNs(fleet.heartbeat),
  };
}

function compileReconnect(policy: Fleet['reconnect']): ReconnectPlan {
  switch (policy?.reconnect) {
    case 'fixed':
      return {
        policy: 'fixed',
        delayNs: nsOf(policy.delay, '0s'),
        jitterNs: nsOf(policy.jitter, '0s'),
      };
    case 'exponential': {
      const factor = policy.factor ?? 2;
      const times = { baseNs: nsOf(policy.base, '0s'), maxNs: nsOf(policy.max, '0s') };
      return { policy: 'exponential', ...times, factor };
    }
    case 'immediate':
      return { policy: 'immediate', attempts: policy.attempts ?? Number.POSITIVE_INFINITY };
    case 'none':
      return { policy: 'none' };
    default:
      return {
        policy: 'fullJitter',
        baseNs: nsOf(policy?.base, '1s'),
        maxNs: nsOf(policy?.max, '60s'),
      };
  }
}

type MannerKeys =
  | 'configuration'
  | 'configurationAliases'
  | 'meterIntervalNs'
  | 'alignsSamples'
  | 'reaction'
  | 'pingNs'
  | 'maxQueue'
  | 'maxCommandRate'
  | 'diagnostics'
  | 'diagnosticsBytes'
  | 'firmware';

/** How a charger is set up, and how it answers commands. */
function compileManners(fleet: Fleet): Pick<FleetPlan, MannerKeys> {
  const configuration = fleetConfiguration(fleet);
  const seconds = (key: string) =>
    Number(configuration.find((each) => each.key === key)?.value ?? 0);
  return {
    configuration,
    configurationAliases: { ...fleet.model.configurationAliases },
    meterIntervalNs:
      fleet.meterInterval === undefined
        ? seconds('MeterValueSampleInterval') * 1e9
        : nsOf(fleet.meterInterval, '60s'),
    alignsSamples: fleet.samplePhase === 'wall-clock',
    reaction: Float64Array.from(
      distributionRow(fleet.reactionTime ?? '10ms', (text) => nsOf(text, '0s')),
    ),
    pingNs:
      fleet.pingInterval === undefined || fleet.pingInterval === 'off'
        ? seconds('WebSocketPingInterval') * 1e9
        : nsOf(fleet.pingInterval, '0s'),
    maxQueue: fleet.maxQueue ?? 1000,
    maxCommandRate: fleet.maxCommandRate ?? 100,
    diagnostics: fleet.diagnostics ?? 'status',
    diagnosticsBytes: fleet.diagnosticsBytes ?? 4096,
    firmware: {
      downloadNs: nsOf(fleet.firmware?.download, '5s'),
      installNs: nsOf(fleet.firmware?.install, '10s'),
    },
  };
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
  fleet: Fleet,
  dialect: keyof Fleet['model']['dialects'],
  firstScript: number,
): Pick<FleetPlan, 'clock' | 'templates' | 'program' | 'meterValue' | 'manners'> {
  const { model, life } = fleet;
  const frames = model.dialects[dialect];
  const templates: FrameTemplate[] = lifeTemplates(frames);
  assert(templates.length === TemplateIndex.firstStatus, 'a template is not at its index');
  const templateOf = (status: string, errorCode: string) => {
    const name = statusTemplateName(status, errorCode);
    const known = templates.findIndex((template) => template.name === name);
    return known < 0 ? templates.push(statusTemplate(frames, status, errorCode)) - 1 : known;
  };
  for (const status of CHARGE_POINT_STATUSES) templateOf(status, 'NoError');
  const program = compileProgram(life.steps, {
    statusTemplate: templateOf,
    faultCode: model.faultCode,
    firstScript,
    hasRecord: frames.frames.record !== undefined,
    remoteCharge: fleet.remoteCharge ?? {},
  });
  const skewMs = skewMsOf(fleet.clockSkew);
  const { texts, slots } = parseTemplate('values', 'MeterValues', meterValueText(frames, CONTEXT));
  return {
    clock: { utcOffsetMin: frames.utcOffsetMin, zone: frames.zone, skewMs },
    templates,
    program,
    meterValue: { texts, slots },
    manners: structuredClone(frames.manners),
  };
}

/** Stands for the context in `FleetPlan.meterValue` until a message says which it is. */
const CONTEXT = '{context}';

function skewMsOf(skew: string | undefined): number {
  const behind = skew?.startsWith('-') ?? false;
  const amount = nsOf(behind ? skew?.slice(1) : skew, '0s') / 1e6;
  return behind ? -amount : amount;
}

/** Typed arrays cannot be frozen; nothing else in a plan can be changed. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
