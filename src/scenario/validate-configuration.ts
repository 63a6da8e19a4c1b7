import { isRecord } from './checks.ts';
import { type Mistakes, unknownKey, wrongValue } from './mistakes.ts';

/** Keys that hold a whole number, and the least it may be. */
const NUMBERS: Readonly<Record<string, number>> = {
  HeartbeatInterval: 0,
  MeterValueInterval: 0,
  MeterValueSampleInterval: 0,
  ClockAlignedDataInterval: 0,
  TransactionMessageAttempts: 1,
  TransactionMessageRetryInterval: 0,
  ConnectionTimeOut: 0,
  WebSocketPingInterval: 0,
  ResetRetries: 0,
};
const BOOLEANS = ['LocalAuthorizeOffline', 'StopTransactionOnInvalidId', 'LocalAuthListEnabled'];

/** Options of a fleet that set a key. */
const OPTIONS: Readonly<Record<string, string>> = {
  HeartbeatInterval: 'heartbeat',
  MeterValueSampleInterval: 'meterInterval',
  WebSocketPingInterval: 'pingInterval',
};

/** A fleet's `configuration`: keys that its model has, with texts that fit them. */
export function checkConfiguration(
  mistakes: Mistakes,
  path: string,
  fleet: Readonly<Record<string, unknown>>,
) {
  const { configuration, model } = fleet;
  if (configuration === undefined) return;
  const fix = "such as { LocalAuthorizeOffline: 'true' }";
  if (!isRecord(configuration)) {
    return wrongValue(mistakes, path, configuration, 'must be an object', fix);
  }
  const keys = keysOf(model);
  for (const [key, text] of Object.entries(configuration)) {
    if (keys !== null && !keys.includes(key)) {
      unknownKey(mistakes, path, { owner: 'the model', key, value: text }, keys);
      continue;
    }
    checkText(mistakes, `${path}.${key}`, key, text);
    checkOnce(mistakes, path, key, fleet);
  }
}

function checkText(mistakes: Mistakes, path: string, key: string, text: unknown) {
  const wrong = (says: string, fix: string) => wrongValue(mistakes, path, text, says, fix);
  if (typeof text !== 'string') return wrong('must be a text', `write '${String(text)}'`);
  if (key === 'AuthorizationKey') {
    // Never shown, like any password.
    const instead = 'set identities: { password } instead';
    return wrongValue(mistakes, path, '***', 'is the password', instead);
  }
  if (text.length > 500) return wrong('is too long', 'at most 500 characters');
  if (Object.hasOwn(NUMBERS, key)) {
    const fits = /^\d{1,9}$/.test(text) && Number(text) >= NUMBERS[key];
    if (!fits) wrong(`must be a whole number from ${NUMBERS[key]} on`, "such as '60'");
  }
  if (BOOLEANS.includes(key) && !/^(true|false)$/.test(text)) {
    wrong("must be 'true' or 'false'", "allowed: 'true', 'false'");
  }
}

/** The same setting said twice, by an option or under another name, must not differ silently. */
function checkOnce(
  mistakes: Mistakes,
  path: string,
  key: string,
  fleet: Readonly<Record<string, unknown>>,
): void {
  const configuration = fleet.configuration as Readonly<Record<string, unknown>>;
  const aliases = isRecord(fleet.model) ? fleet.model.configurationAliases : undefined;
  const name = isRecord(aliases) && typeof aliases[key] === 'string' ? aliases[key] : key;
  const wrong = (fix: string) =>
    wrongValue(mistakes, `${path}.${key}`, configuration[key], 'is set twice', fix);
  if (
    name !== key &&
    configuration[name] !== undefined &&
    configuration[name] !== configuration[key]
  ) {
    wrong(`it is the same setting as ${name}: keep one of them`);
  }
  const option = OPTIONS[name];
  const isSet = option !== undefined && fleet[option] !== undefined && fleet[option] !== 'boot';
  if (isSet) wrong(`the fleet's ${option} sets it too: keep one of them`);
}

/** null for what is no model, and was reported as such. */
function keysOf(model: unknown): string[] | null {
  const list = isRecord(model) ? model.configuration : undefined;
  if (!Array.isArray(list)) return null;
  return list.flatMap((each) => (isRecord(each) && typeof each.key === 'string' ? [each.key] : []));
}
