/** The public API: what a scenario file imports from `ocpp-load`. */
export type { Duration, Power, Rate } from './base/units.ts';
export { type GenericOptions, generic1_6 } from './chargers/generic.ts';
export type {
  ChargerModel,
  ConfigurationKey,
  Dialect,
  DialectFrames,
  DialectManners,
  FirmwareStep,
  FrameName,
  OptionalFrameName,
  Slot,
} from './chargers/model.ts';
export { tonly48A } from './chargers/tonly48a.ts';
export type { Action } from './ocpp/actions.ts';
export type { ChargePointErrorCode, ChargePointStatus } from './ocpp/vocabulary.ts';
export type { CommandPlan, EmbeddedOutage } from './scenario/command-plan.ts';
export {
  allAtOnce,
  csv,
  exponential,
  fixed,
  fullJitter,
  immediate,
  none,
  ramp,
  rate,
  stages,
} from './scenario/connect.ts';
export { defineScenario } from './scenario/define.ts';
export type {
  DelayLimit,
  GeneratorLimits,
  GeneratorOptions,
  ShareLimit,
} from './scenario/generator.ts';
export { life } from './scenario/life.ts';
export type { LongThreshold, ThresholdExpression, Thresholds } from './scenario/threshold-types.ts';
export type {
  ChargeOptions,
  ChurnOptions,
  ConnectProfile,
  CsvIdentities,
  Distribution,
  DurationDistribution,
  EmbeddedDelay,
  EmbeddedOptions,
  Fleet,
  IdentityOptions,
  Life,
  LoopAction,
  PowerDistribution,
  RampOptions,
  RateProfile,
  RateStage,
  ReconnectPolicy,
  Scenario,
  Script,
  ScriptCharger,
  ScriptReply,
  Step,
  TextSource,
  TlsOptions,
} from './scenario/types.ts';
