import { UserError } from '../base/errors.ts';
import { type DialectFrames, SLOTS, type Slot } from '../chargers/model.ts';
import { type Action, ActionIndexOf } from '../ocpp/actions.ts';
import type { FrameTemplate } from './plan.ts';

/** The frames of a life and of its samples, in the order of `TemplateIndex`. */
export function lifeTemplates(dialect: DialectFrames): FrameTemplate[] {
  const { frames } = dialect;
  const values = (name: string, frame: string, context: string) =>
    parseTemplate(name, 'MeterValues', withMeterValue(frame, meterValueText(dialect, context)));
  return [
    parseTemplate('boot', 'BootNotification', frames.boot),
    parseTemplate('heartbeat', 'Heartbeat', frames.heartbeat),
    parseTemplate('authorize', 'Authorize', frames.authorize),
    parseTemplate('start', 'StartTransaction', frames.start),
    values('meterValues', frames.meterValues, 'Sample.Periodic'),
    parseTemplate('stop', 'StopTransaction', frames.stop),
    // Of a model without one: empty, and in no program.
    parseTemplate('record', 'DataTransfer', frames.record ?? ''),
    parseTemplate('startReserved', 'StartTransaction', frames.startReserved ?? frames.start),
    values('clockValues', frames.meterValues, 'Sample.Clock'),
    values('triggeredValues', frames.meterValues, 'Trigger'),
    values('idleClockValues', frames.idleValues, 'Sample.Clock'),
    values('idleTriggeredValues', frames.idleValues, 'Trigger'),
  ];
}

/** One element of `meterValue`, taken in this context (OCPP 1.6, 7.42 ReadingContext). */
export function meterValueText({ meterValue }: DialectFrames, context: string): string {
  return meterValue.replaceAll('<context>', context);
}

/** A function, for the text may hold `$`. */
const withMeterValue = (frame: string, text: string) => frame.replace('<meterValue>', () => text);

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
