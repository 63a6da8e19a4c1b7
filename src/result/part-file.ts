/** A file that grows beside the place where it will be: that is taken in one step, at the end. */
import fs from 'node:fs';
import path from 'node:path';

export interface PartFile {
  /** Where it is until it is kept. */
  readonly partPath: string;
  append(bytes: Uint8Array | string): void;
  /** Puts it where it belongs, in place of what was there. */
  keep(): void;
  /** Removes it. Never throws. */
  discard(): void;
}

/**
 * Whoever is killed leaves the part, `run.olr.PID.part`, which can be read; an older file of that
 * name is left alone. A device or a pipe is written to as it is. Throws what `fs` does.
 */
export function partFile(file: string): PartFile {
  const existing = fs.statSync(file, { throwIfNoEntry: false });
  const isDevice = existing !== undefined && !existing.isFile();
  const target = existing ? fs.realpathSync(file) : path.resolve(file);
  const { partPath, descriptor } = isDevice
    ? { partPath: target, descriptor: fs.openSync(target, 'w') }
    : openPart(target);
  let open = true;
  const close = () => {
    if (open) fs.closeSync(descriptor);
    open = false;
  };
  return {
    partPath,
    append: (bytes) => fs.writeFileSync(descriptor, bytes),
    keep() {
      close();
      if (!isDevice) fs.renameSync(partPath, target);
    },
    discard() {
      try {
        close();
        if (!isDevice) fs.rmSync(partPath, { force: true });
      } catch {}
    },
  };
}

const MOST_PARTS = 100;

function openPart(target: string): { partPath: string; descriptor: number } {
  for (let n = 1; ; n++) {
    const partPath = `${target}.${process.pid}${n === 1 ? '' : `-${n}`}.part`;
    try {
      return { partPath, descriptor: fs.openSync(partPath, 'wx') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || n === MOST_PARTS) throw error;
    }
  }
}
