/**
 * Where the machines of a run say what. All names are below `ocppload`, and what belongs to a run
 * below its id, so that runs do not hear each other and permissions can be given by name.
 */

/** Letters, digits, `-` and `_`: whatever else means something to a bus. */
export const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Once a second by every agent: that it is there, and what it does. */
export const agentSubject = (agent: string) => `ocppload.agents.${agent}`;
export const EVERY_AGENT = 'ocppload.agents.*';

/** Once a second by a coordinator that looks for agents. */
export const OFFERS = 'ocppload.offers';

/** Once a second by the coordinator of a run. */
export const coordinatorSubject = (runId: string) => `ocppload.run.${runId}.coordinator`;
/** Asked for the coordinator's clock. */
export const clockSubject = (runId: string) => `ocppload.run.${runId}.clock`;

/** Keys in the store of a run. */
export const RUN_KEY = 'run';
export const CONTROL_KEY = 'control';
export const shareKey = (share: number) => `share.${share}`;
export const EVERY_SHARE = 'share.*';
export const bundleKey = (chunk: number) => `bundle.${chunk}`;
