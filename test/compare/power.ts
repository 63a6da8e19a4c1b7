/**
 * `npm run power [-- SIMULATIONS]`: how often a comparison answers what, simulated from blocks of
 * real runs, for 3 to 20 pairs: the table in docs/compare.md.
 */
import { BLOCKS, type Counts, simulate } from './simulate.ts';

const [simulations = 1000] = process.argv.slice(2).map(Number);
if (!Number.isInteger(simulations)) throw new Error('usage: npm run power -- [SIMULATIONS]');

const SHIFTS = [1, 1.05, 1.1, 1.15, 1.2, 1.3];
const PAIRS = [3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20];

const percent = (count: number) => `${((100 * count) / simulations).toFixed(1)} %`;

console.log(`${BLOCKS.length} recorded blocks, ${simulations} simulations a cell`);
console.log(
  '| pairs | same: false alarms | same: no regression | +5 % | +10 % | +15 % | +20 % | +30 % |',
);
console.log(`|${'--:|'.repeat(SHIFTS.length + 2)}`);
for (const pairs of PAIRS) {
  const [same, ...shifted] = SHIFTS.map(
    (shift, i): Counts => simulate({ pairs, shift, simulations, seed: 1000 * pairs + i }),
  );
  const found = shifted.map(({ regression }) => percent(regression));
  const cells = [pairs, percent(same.regression), percent(same.noRegression), ...found];
  console.log(`| ${cells.join(' | ')} |`);
}
