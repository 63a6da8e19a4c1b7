/** What a coordinator does to a run, each deed once, however often it sees the reason for it. */
import type { Desk } from './desk.ts';
import type { Holder } from './notes.ts';
import type { Tenure } from './shares.ts';

export interface Deeds {
  /** Does `act` the first time that it is called with this key. */
  once(key: string, act: () => void): void;
  drain(): void;
  /** Whether a drain was ordered, by this coordinator or one before. */
  hasDrained(): boolean;
  /** Ends the drain that is under way. */
  finish(): void;
  lose(tenure: Tenure, why: string): void;
  hand(heir: Holder): void;
  closeTo(index: number): void;
}

export function deedsOf(desk: Desk): Deeds {
  const { orders } = desk;
  const done = new Set<string>();
  const once = (key: string, act: () => void) => {
    if (done.has(key)) return;
    done.add(key);
    act();
  };
  const hasDrained = () => orders.given().some(({ order }) => order === 'drain');
  return {
    once,
    hasDrained,
    drain() {
      if (hasDrained()) return;
      once('drain', () => {
        desk.note({ note: 'drain', atS: Math.max(0, desk.elapsedS()) });
        orders.give({ order: 'drain' }).catch(desk.fail);
      });
    },
    finish: () => once('finish', () => void orders.give({ order: 'finish' }).catch(desk.fail)),
    lose: ({ share, epoch }, why) =>
      once(`lost ${share}/${epoch}`, () => {
        desk.note({ note: 'lost', share, epoch, why, atS: Math.max(0, desk.elapsedS()) });
      }),
    hand: (holder) =>
      once(`holder ${holder.share}/${holder.epoch}`, () => {
        desk.note({ note: 'holder', holder });
        desk.tell(`share ${holder.share + 1} begins anew at agent ${holder.agent}`);
      }),
    closeTo: (index) => once(`close ${index}`, () => desk.note({ note: 'close', index })),
  };
}
