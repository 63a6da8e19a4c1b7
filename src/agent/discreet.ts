/** What goes up is read by others: users and passwords in addresses stay here. */
import { hideCredentials } from '../report/clean.ts';
import type { Up } from '../share/up.ts';

export function discreet(up: Up): Up {
  const hide = hideCredentials;
  if (up.type === 'event') return { ...up, event: { ...up.event, text: hide(up.event.text) } };
  if (up.type === 'refused') return { ...up, message: hide(up.message), hint: hide(up.hint) };
  if (up.type !== 'ended' || up.end.error === null) return up;
  const { message, stack } = up.end.error;
  return { ...up, end: { ...up.end, error: { message: hide(message), stack: hide(stack) } } };
}
