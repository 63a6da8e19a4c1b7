import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, problem } from '../finding.ts';

const CHECK = 'node';
/** `engines` of package.json: TypeScript is stripped from there on. */
const [LEAST_MAJOR, LEAST_MINOR] = [22, 18];

export function checkNode({ node }: MachineFacts): Finding {
  const [major, minor] = node.split('.').map(Number);
  if (major > LEAST_MAJOR || (major === LEAST_MAJOR && minor >= LEAST_MINOR)) {
    return ok(CHECK, node);
  }
  const says = `${node}, needs ${LEAST_MAJOR}.${LEAST_MINOR} or newer to read scenarios`;
  return problem(CHECK, says, 'nvm install 24');
}
