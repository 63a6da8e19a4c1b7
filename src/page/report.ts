/** A run that is over, from what the page has in it. */
import type { RunView } from '../view/run-view.ts';
import { page } from './page.ts';

const read = (id: string) => JSON.parse(document.getElementById(id)?.textContent || 'null');

const view = read('run') as RunView;
page(document.getElementById('page')!, read('base') as RunView | null).show(view);
