/** Orders are a list that grows: each is obeyed once, in its place, however often it is read. */
import type { ControlRecord, Order } from '../share/records.ts';

export interface OrderBook {
  /** Those that were not there before. */
  unseen(control: ControlRecord): readonly Order[];
}

export function orderBook(): OrderBook {
  let seen = 0;
  return {
    unseen({ orders }) {
      const fresh = orders.slice(seen);
      seen = Math.max(seen, orders.length);
      return fresh;
    },
  };
}

/** Whether a share that has not begun need not begin any more. */
export const ends = ({ order }: Order): boolean =>
  order === 'drain' || order === 'finish' || order === 'abandon';
