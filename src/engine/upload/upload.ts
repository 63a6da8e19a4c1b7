/** Sending a file away, as the chargers see it; FTP implements it, and the simulation. */
export interface UploadJob {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Of the remote file, folders included; they are made when they are not there. */
  readonly path: string;
  readonly content: Buffer;
}

export interface Uploader {
  /**
   * Never throws. `done` is told once, null when the file is there, and never before `upload`
   * returns. The words of its error are the server's or the system's: untrusted text.
   */
  upload(job: UploadJob, done: (error: Error | null) => void): void;
  /** Ends all uploads: those that wait or run fail, and so does every later one. */
  close(): void;
}
