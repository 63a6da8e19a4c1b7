/** What every command that reads flags knows of the live page; light for that reason. */
import type { Address } from '../http/address.ts';

/** Where `--ui` listens when it does not say. */
export const DEFAULT_UI: Address = Object.freeze({ host: '127.0.0.1', port: 5665 });
