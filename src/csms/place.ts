/** Which of several processes of a central system this is, and how they share the port. */
export interface Place {
  /** From 0. */
  readonly index: number;
  readonly of: number;
  /** The kernel spreads connections to one port over all of them. */
  readonly sharesPort: boolean;
}

export const ALONE: Place = { index: 0, of: 1, sharesPort: false };

const REUSE_PORT_SINCE = [23, 1];

/** Whether several processes can listen on one port here: Node 23.1, and a kernel that spreads. */
export function canSharePort(
  platform: string = process.platform,
  version: string = process.versions.node,
): boolean {
  const [major, minor] = version.split('.').map(Number);
  const [sinceMajor, sinceMinor] = REUSE_PORT_SINCE;
  const isNew = major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
  return platform === 'linux' && isNew;
}
