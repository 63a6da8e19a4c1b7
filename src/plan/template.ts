import { UserError } from '../base/errors.ts';
import { type DialectFrames, type FrameName, SLOTS, type Slot } from '../chargers/model.ts';
import { type Action, ActionIndexOf } from '../ocpp/actions.ts';
import type { FrameTemplate } from './plan.ts';

const ACTION_OF_FRAME: Readonly<Record<FrameName, Action>> = {
  boot: 'BootNotification',
  heartbeat: 'Heartbeat',
  authorize: 'Authorize',
  start: 'StartTransaction',
  meterValues: 'MeterValues',
  stop: 'StopTransaction',
  record: 'DataTransfer',
};

/** The frames of a life, in the order of `TemplateIndex`. */
export function lifeTemplates(dialect: DialectFrames): FrameTemplate[] {
  return Object.entries(ACTION_OF_FRAME).map(([name, action]) =>
    parseTemplate(name, action, dialect.frames[name as FrameName]),
  );
}

/** `Charging` for NoError, else `Faulted/ReaderFailure`. */
export function statusTemplateName(status: string, errorCode: string): string {
  return errorCode === 'NoError' ? status : `${status}/${errorCode}`;
}

export function statusTemplate(
  dialect: DialectFrames,
  status: string,
  errorCode: string,
): FrameTemplate {
  const text = dialect.status.replace('<status>', status).replace('<errorCode>', errorCode);
  return parseTemplate(statusTemplateName(status, errorCode), 'StatusNotification', text);
}

/**
 * Cuts a model's text at its slots (`<id>`).
 * @throws UserError for a slot that does not exist.
 */
export function parseTemplate(name: string, action: Action, text: string): FrameTemplate {
  // With a capture group, split puts the slots at the odd places.
  const parts = text.split(/<([A-Za-z0-9]+)>/);
  const slots = parts.filter((_, index) => index % 2 === 1) as Slot[];
  const unknown = slots.find((slot) => !SLOTS.includes(slot));
  if (unknown) {
    throw new UserError(`frame ${name}: <${unknown}> is not a slot`, `slots: ${SLOTS.join(', ')}`);
  }
  const texts = parts.filter((_, index) => index % 2 === 0);
  return { name, action: ActionIndexOf[action], texts, slots };
}

/** The inverse of `parseTemplate`; with `values`, the message itself. */
export function printTemplate(
  { texts, slots }: Pick<FrameTemplate, 'texts' | 'slots'>,
  textOf: (slot: Slot) => string = (slot) => `<${slot}>`,
): string {
  return texts.map((text, index) => (index ? textOf(slots[index - 1]) + text : text)).join('');
}
