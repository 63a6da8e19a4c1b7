/** Deltas say places, not names: only those of the same layout can be added up. */
import { isDeepStrictEqual } from 'node:util';
import { layoutNames } from '../result/layout-names.ts';
import type { ResultHeader } from '../result/types.ts';

/** Another minor version may count more, or in another order. */
export const hasOurLayout = ({ layout }: Pick<ResultHeader, 'layout'>): boolean =>
  isDeepStrictEqual(layout, layoutNames());
