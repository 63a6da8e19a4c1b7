/** Metrics of commands: CALLs of the central system. They are kept for the whole run. */
import { COMMANDS, EFFECTS, type Effect } from '../ocpp/commands.ts';
import type { CommandCounter } from '../snapshot/layout.ts';
import { commandCounters, commandCounts, effectHistograms } from '../snapshot/snapshot.ts';
import type { Metric } from './metric.ts';
import { counted, countedBy } from './run-counters.ts';

/** `other`: what OCPP 1.6 does not have. */
const OF_COMMANDS = { command: [...COMMANDS, 'other'] } as const;

const FATES = [
  'answered',
  'errored',
  'dropped',
  'unanswered',
  'unknown',
] as const satisfies readonly CommandCounter[];

const fatesOf = (fate: string | undefined) => FATES.filter((each) => (fate ?? each) === each);

const UPLOADS = countedBy('outcome', {
  done: 'uploadsDone',
  failed: 'uploadsFailed',
  unknown: 'uploadsUnknown',
  denied: 'uploadsDenied',
});

export const COMMAND_METRICS = [
  {
    name: 'ocpp_commands',
    type: 'counter',
    unit: 'commands',
    scope: 'whole',
    labels: OF_COMMANDS,
    meaning: 'Commands received.',
    counters: (_, { command }) => commandCounters(['received'], command),
  },
  {
    name: 'ocpp_command_fates',
    type: 'counter',
    unit: 'commands',
    scope: 'whole',
    labels: { ...OF_COMMANDS, fate: FATES },
    meaning:
      'Commands by what became of them: answered, answered with a CALLERROR (errored), not read ' +
      '(dropped), overtaken by the end of the connection (unanswered), or unknown (the process ' +
      'died).',
    counters: (_, { command, labels }) => commandCounters(fatesOf(labels.fate), command),
  },
  {
    name: 'ocpp_command_refused',
    type: 'rate',
    unit: '',
    scope: 'whole',
    labels: OF_COMMANDS,
    meaning: 'Share of the answered commands whose answer was Rejected, NotSupported and the like.',
    read: (snapshot, { command }) => {
      const { refused, answered } = commandCounts(snapshot, command);
      return { part: refused, whole: answered };
    },
  },
  {
    name: 'ocpp_effect_duration',
    type: 'trend',
    unit: 'ms',
    scope: 'whole',
    labels: { command: EFFECTS },
    meaning:
      'From the arrival of a command to its effect: the StartTransaction answered, the boot ' +
      'accepted, ...; of SetChargingProfile, from the first of a push to each.',
    histograms: (_, { labels }) => effectHistograms(labels.command as Effect | undefined),
  },
  {
    name: 'ocpp_uploads',
    type: 'counter',
    unit: 'uploads',
    scope: 'whole',
    labels: {},
    meaning: 'Uploads of diagnostics that were begun.',
    counters: counted('uploads'),
  },
  {
    name: 'ocpp_uploads_ended',
    type: 'counter',
    unit: 'uploads',
    scope: 'whole',
    labels: { outcome: UPLOADS.values },
    meaning:
      'Uploads that were done, failed, or were never begun (denied: the host is not allowed); ' +
      'unknown: their process died.',
    counters: UPLOADS.counters,
  },
] as const satisfies readonly Metric[];
