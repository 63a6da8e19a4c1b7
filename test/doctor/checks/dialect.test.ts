import { expect, test } from 'vitest';
import { checkDialect } from '../../../src/doctor/checks/dialect.ts';
import { lived } from '../fixture.ts';

const clean = lived({ dialect: 'standard' });
const strict = lived({ errors: ['DataTransfer'], errorCode: 'FormationViolation' });

test('both work', () => {
  expect(checkDialect([lived(), clean], 'as-logged')).toEqual([
    { check: 'dialect', level: 'ok', text: 'as-logged works; standard works too', fix: '' },
  ]);
});

test('the one of the run is refused, the other works: how to change it', () => {
  expect(checkDialect([strict, clean], 'as-logged')).toEqual([
    {
      check: 'dialect',
      level: 'warning',
      text: 'refuses as-logged DataTransfer (FormationViolation); standard works',
      fix: '--dialect standard',
    },
  ]);
});

test('the one of the run works, the other does not', () => {
  const [finding] = checkDialect([clean, strict], 'standard');
  expect(finding).toMatchObject({
    level: 'ok',
    text: 'standard works; refuses as-logged DataTransfer (FormationViolation)',
  });
});

test('neither works', () => {
  const silent = lived({ dialect: 'standard', unanswered: ['MeterValues'] });
  const [finding] = checkDialect([strict, silent], 'as-logged');
  expect(finding.level).toBe('warning');
  expect(finding.text).toContain('; does not answer standard MeterValues');
});

test('a boot that one dialect is not accepted with', () => {
  const [finding] = checkDialect([lived({ booted: false, charged: false }), clean], 'as-logged');
  expect(finding.text).toBe('does not accept the as-logged BootNotification; standard works');
});

test('an idTag that is refused leaves half of the life untried', () => {
  const life = lived({ refused: ['Authorize'], charged: false });
  const [, finding] = checkDialect([life], 'as-logged');
  expect(finding).toMatchObject({
    level: 'warning',
    text: 'refuses its idTag (Authorize), so nothing was charged',
  });
});

test('a charger that could not connect says nothing of dialects', () => {
  expect(checkDialect([lived({ failure: 'http404' })], 'as-logged')).toEqual([]);
});
