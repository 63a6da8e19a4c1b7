import { expect, test, vi } from 'vitest';
import { endingUploader } from '../../../src/engine/shard/uploads.ts';
import type { UploadJob } from '../../../src/engine/upload/upload.ts';

const JOB: UploadJob = {
  ...{ host: '127.0.0.1', port: 21, user: 'u', password: 'p', path: '/a/b.txt' },
  content: Buffer.from('x'),
};

/** An uploader whose uploads end when told. */
function manual() {
  const ends: ((error: Error | null) => void)[] = [];
  const close = vi.fn();
  const uploader = endingUploader({ upload: (_job, done) => void ends.push(done), close });
  return { uploader, ends, close };
}

test('without uploads the end is at once', () => {
  const { uploader, close } = manual();
  const then = vi.fn();
  uploader.end(then);
  expect(close).toHaveBeenCalledOnce();
  expect(then).toHaveBeenCalledOnce();
});

test('the end comes after the last upload was told its own', () => {
  const { uploader, ends } = manual();
  const told: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    uploader.upload(JOB, (error) => told.push(`${name} ${error?.message ?? 'done'}`));
  }
  ends[1](null);
  uploader.end(() => told.push('end'));
  expect(told).toEqual(['b done']);
  ends[2](new Error('closed'));
  ends[0](new Error('closed'));
  expect(told).toEqual(['b done', 'c closed', 'a closed', 'end']);
});
