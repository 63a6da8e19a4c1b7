/** Memory and CPU time of the generator's processes, from outside: /proc of Linux. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Cost {
  readonly processes: number;
  /** Proportional set size: shared pages count once over all processes. */
  readonly pssBytes: number;
  readonly cpuS: number;
}

const TICKS_PER_S = 100;
/** What the file of a host process ends with, as source and as package. */
const HOST = /fleet\/host\/process\.[jt]s/;

/** Of a run and its host processes; its embedded central system is not the generator. */
export function generatorCost(pid: number): Cost {
  const hosts = childrenOf(pid).filter((child) => HOST.test(text(child, 'cmdline')));
  const all = [pid, ...hosts];
  return {
    processes: all.length,
    pssBytes: all.reduce((sum, each) => sum + pssBytes(each), 0),
    cpuS: all.reduce((sum, each) => sum + cpuS(each), 0),
  };
}

const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => statFields(each)[1] === String(pid));

const pssBytes = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(text(pid, 'smaps_rollup'))?.[1] ?? 0) * 1024;

function cpuS(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_S;
}

/** From the state on: the name before it may hold blanks. */
const statFields = (pid: number): string[] =>
  text(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');

/** '' of a process that has ended. */
function text(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
