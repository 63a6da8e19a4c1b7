/** Who the chargers of a fleet are: from the scenario, its CSV file, or the model. */
import { resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { type IdentityTable, readIdentities } from '../scenario/csv.ts';
import type { Fleet, TextSource } from '../scenario/types.ts';
import { checkColumn, checkUnique, columnText, compileColumn, type TextRule } from './columns.ts';
import type { FleetPlan, TextColumn } from './plan.ts';

type Texts = Pick<FleetPlan, 'identity' | 'password' | 'idTag'>;
const KEYS = ['identity', 'password', 'idTag'] as const;
type Key = (typeof KEYS)[number];

/** Patterns of the scenario count from 1 within the fleet, those of the model over the run. */
export function fleetTexts(fleet: Fleet, firstCharger: number, folder: string): Texts {
  const { identities = {}, model, chargers } = fleet;
  const table = 'csv' in identities ? readTable(fleet, resolve(folder, identities.csv)) : null;
  const columnOf = (key: Key): TextColumn => {
    const texts = table?.[key];
    if (texts) return { kind: 'list', texts: texts.slice(0, chargers) };
    const source = table ? undefined : (identities as Partial<Record<Key, TextSource>>)[key];
    if (source !== undefined) return compileColumn(source, chargers, 1);
    return compileColumn(model[key], chargers, firstCharger + 1);
  };
  return {
    identity: columnOf('identity'),
    password: columnOf('password'),
    idTag: columnOf('idTag'),
  };
}

function readTable({ name, chargers }: Fleet, file: string): IdentityTable {
  const table = readIdentities(file);
  const rows = table.identity.length;
  if (rows >= chargers) return table;
  const hint = `fleet ${name} needs ${chargers}: add rows, or lower its chargers`;
  throw new UserError(`${file} names only ${rows} chargers`, hint);
}

/** A path segment by RFC 3986 without percent-encoding; Basic authentication ends it at a colon. */
const IDENTITY = /^[A-Za-z0-9._~!$&'()*+,;=:@-]+$/;
const IDENTITY_WITHOUT_COLON = /^[A-Za-z0-9._~!$&'()*+,;=@-]+$/;
/** Printable ASCII that needs no escape in JSON: OCPP 1.6 CiString20Type. */
const ID_TAG = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;
const PASSWORD = /^[^\p{Cc}]*$/u;

/**
 * Checks the texts of all fleets, and that no identity occurs twice in the run.
 * @throws UserError
 */
export function checkIdentities(fleets: readonly FleetPlan[]): void {
  fleets.forEach((fleet, index) => {
    for (const key of KEYS) {
      const rule = ruleFor(key, `fleets[${index}].identities.${key}`, hasPassword(fleet));
      checkColumn(fleet[key], fleet.chargerCount, rule);
    }
  });
  checkUnique(
    fleets.map((fleet, index) => ({
      column: fleet.identity,
      count: fleet.chargerCount,
      path: `fleets[${index}].identities.identity`,
    })),
  );
}

function hasPassword({ password, chargerCount }: FleetPlan): boolean {
  if (password.kind === 'list') return password.texts.some((text) => text !== '');
  return chargerCount > 0 && columnText(password, 0) !== '';
}

function ruleFor(key: Key, path: string, withPassword: boolean): TextRule {
  if (key === 'idTag') {
    const allows = '1 to 20 printable ASCII characters without " and \\ (OCPP 1.6, IdToken)';
    return { path, maxChars: 20, allowed: ID_TAG, allows };
  }
  if (key === 'password') {
    return { path, maxChars: 1000, allowed: PASSWORD, allows: 'no control characters' };
  }
  const characters = "letters, digits and . _ ~ ! $ & ' ( ) * + , ; = @ -";
  if (withPassword) {
    const allows = `${characters}; no colon, for it ends the user name of Basic authentication`;
    return { path, maxChars: 25, allowed: IDENTITY_WITHOUT_COLON, allows };
  }
  return { path, maxChars: 25, allowed: IDENTITY, allows: `${characters} and :` };
}
