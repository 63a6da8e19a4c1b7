import type { Uploader } from '../upload/upload.ts';

export interface EndingUploader extends Uploader {
  /** Closes, and calls `then` when every upload has been told its end. */
  end(then: () => void): void;
}

/** An uploader whose end can be waited for, so that every upload of a run is counted. */
export function endingUploader(uploader: Uploader): EndingUploader {
  let open = 0;
  let allEnded: (() => void) | null = null;
  return {
    upload(job, done) {
      open++;
      uploader.upload(job, (error) => {
        open--;
        done(error);
        if (open === 0) allEnded?.();
      });
    },
    close: () => uploader.close(),
    end(then) {
      allEnded = then;
      uploader.close();
      if (open === 0) then();
    },
  };
}
