/** The official OCPP 1.6 schemas, as the npm package `ocpp-rpc` carries them, under ajv. */
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import schemas from 'ocpp-rpc/lib/schemas/ocpp1_6.json' with { type: 'json' };

const ajv = new Ajv({ strictSchema: false, allErrors: true });
formats.default(ajv);
allowRoundingInMultipleOf();
// Their ids (`urn:Authorize.req`) are no valid URNs, which ajv's resolver insists on.
for (const { $id, ...schema } of schemas) ajv.addSchema(schema, $id.replace('urn:', ''));

/** What is wrong with a CALL's payload, a sentence each; none when it follows the schema. */
export function validateCall(action: string, payload: unknown): string[] {
  return validate(`${action}.req`, payload);
}

/** The same for a CALLRESULT's payload. */
export function validateResult(action: string, payload: unknown): string[] {
  return validate(`${action}.conf`, payload);
}

function validate(schemaId: string, payload: unknown): string[] {
  const check = ajv.getSchema(schemaId);
  if (!check) return [`${schemaId} is not in OCPP 1.6`];
  if (check(payload)) return [];
  return (check.errors ?? []).map((e) => `${e.instancePath || '/'} ${e.message ?? e.keyword}`);
}

/** `multipleOf: 0.1` of a schedule's limits: 32.1 / 0.1 is not a whole number in binary. */
function allowRoundingInMultipleOf(): void {
  ajv.removeKeyword('multipleOf');
  ajv.addKeyword({
    keyword: 'multipleOf',
    type: 'number',
    compile: (step: number) => (value: number) =>
      Math.abs(Math.round(value / step) - value / step) < 1e-6,
  });
}
