/** A result file as a run of a comparison. */
import { openResult } from '../result/reader.ts';
import type { ComparedRun } from './runs.ts';

/** @throws UserError when the file cannot be read or is none. */
export function openRun(file: string): ComparedRun {
  const { header, footer } = openResult(file);
  const { scenario, machine, target, seed, fleets } = header;
  const gibibytes = Math.round(machine.memoryBytes / 2 ** 30);
  return {
    ...{ file, seed, startedAtMs: Date.parse(header.startedAt) },
    ...{ scenarioName: scenario.name, scenarioMark: scenario.planSha256 },
    // Names of hosts change with every container, kernels with every update: these are only noted.
    machineMark: JSON.stringify([machine.cpu, machine.cores, gibibytes]),
    hostMark: JSON.stringify([machine.hostSha256, machine.kernel]),
    machineName: `${machine.cores} x ${machine.cpu}, ${gibibytes} GiB`,
    embedded: target.kind === 'embedded',
    trust: footer?.verdict.trust ?? null,
    completed: footer?.ending === 'completed',
    steadyS: footer?.steadyS ?? 0,
    fleetCount: fleets.length,
    // Read again, not kept: a folder of nights would not fit into memory.
    intervals: () => openResult(file).intervals(),
  };
}
