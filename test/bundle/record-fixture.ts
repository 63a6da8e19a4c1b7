import fc from 'fast-check';
import { pieceCount } from '../../src/bundle/pieces.ts';
import type { RunRecord } from '../../src/share/records.ts';

export const RECORD: RunRecord = {
  protocol: 1,
  runId: 'nightly-7',
  tool: '0.1.0',
  createdAt: '2026-01-31T12:00:00.000Z',
  bundle: { sha256: 'a'.repeat(64), bytes: 600_000, chunks: 2, name: 'fleet.ts' },
  overrides: { target: 'ws://csms/{id}', chargers: 30 },
  seed: 7319,
  strict: false,
  planSha256: 'b'.repeat(64),
  chargerCount: 30,
  environment: ['CSMS_URL'],
  shares: 3,
  leaseMs: 30_000,
  onAgentLoss: 'continue',
  ledger: false,
};

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((each) => !/\p{Cc}/u.test(each));
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

export const records: fc.Arbitrary<RunRecord> = fc.record({
  protocol: fc.constant(1),
  runId: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  tool: fc.constantFrom('0.0.1', '0.1.0', '0.12.3-beta.1'),
  createdAt: fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString()),
  bundle: fc
    .record({
      ...{ sha256: hash, bytes: fc.integer({ min: 1, max: 2 ** 26 }) },
      name: fc.constantFrom('fleet.ts', 'a b.mjs', '__proto__', 'größe.ts'),
    })
    .map((mark) => ({ ...mark, chunks: pieceCount(mark.bytes) })),
  overrides: fc.record(
    {
      target: text,
      sourceAddresses: fc.array(text, { maxLength: 3 }),
      duration: fc.constantFrom('90s', '1h30m'),
      dialect: fc.constantFrom('as-logged', 'standard'),
      seed,
      chargers: fc.integer({ min: 1, max: 1_000_000 }),
    },
    { requiredKeys: [] },
  ),
  seed,
  strict: fc.boolean(),
  planSha256: hash,
  chargerCount: fc.integer({ min: 1, max: 1_000_000 }),
  environment: fc.array(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,9}$/), { maxLength: 4 }),
  shares: fc.integer({ min: 1, max: 10_000 }),
  leaseMs: fc.integer({ min: 1, max: 86_400_000 }),
  onAgentLoss: fc.constantFrom('fail', 'continue', 'reassign'),
  ledger: fc.boolean(),
});
