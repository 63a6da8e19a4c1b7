/**
 * The central system under whose delays ocpp-load is calibrated, in a process of its own: forked
 * with its `TargetOptions`, it tells its port, and on any message writes its log and ends. The log
 * has the delay of every Heartbeat as it was really applied, from its own reading and writing.
 */
import { writeFileSync } from 'node:fs';
import { csmsOptionsOf } from '../../src/csms/options.ts';
import type { EmbeddedOptions } from '../../src/scenario/types.ts';
import { type CallLog, emptyLog, logBytes } from './call-log.ts';
import { startEmbedded } from './embedded-target.ts';
import { startLight } from './light-target.ts';

export interface TargetOptions {
  /** `embedded`: the product's own, on `ws`; `light`: the same delays at a fraction of the CPU. */
  readonly kind: 'embedded' | 'light';
  readonly embedded: EmbeddedOptions;
  readonly seed: number;
  readonly logFile: string;
}

const { kind, embedded, seed, logFile }: TargetOptions = JSON.parse(process.argv[2]);
const log: CallLog = emptyLog(1 << 20);
const start = kind === 'embedded' ? startEmbedded : startLight;
process.send?.(await start(csmsOptionsOf(embedded, seed), log));
process.once('message', () => {
  writeFileSync(logFile, logBytes(log));
  process.exit();
});
process.on('disconnect', () => process.exit());
