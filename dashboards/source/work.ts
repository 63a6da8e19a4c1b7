/** What the central system asked for, and what became of the transactions. */
import { lines } from './panels.ts';
import { orNone, perSecond, quantile, series, share } from './promql.ts';

export const WORK = {
  title: 'Commands and transactions',
  panels: [
    lines({
      title: 'Commands received',
      about: 'From the central system, by kind, a second.',
      width: 8,
      unit: 'cps',
      stacked: true,
      queries: [
        [
          orNone(`${perSecond('ocpp_commands_total', { by: 'command' })} > 0`, 'command'),
          '{{command}}',
        ],
      ],
    }),
    lines({
      title: 'Commands by fate',
      about:
        'Answered, answered with a CALLERROR, not read because there were too many, or overtaken ' +
        'by the end of the connection. Anything but answered deserves a look.',
      width: 8,
      unit: 'cps',
      queries: [[perSecond('ocpp_command_fates_total', { by: 'fate' }), '{{fate}}']],
    }),
    lines({
      title: 'From a command to its effect, ${quantile:text}',
      about:
        'Until the StartTransaction is answered, the boot accepted, ... It contains the time of ' +
        'the charger and of the target; for SetChargingProfile, how far a push is spread.',
      width: 8,
      unit: 's',
      queries: [
        [
          orNone(
            `(${quantile('$quantile', 'ocpp_effect_duration_seconds', { by: 'command' })}) >= 0`,
            'command',
          ),
          '{{command}}',
        ],
      ],
    }),
    lines({
      title: 'Transactions',
      about:
        'Begun and ended, a second. Incomplete: a start, a stop or a value was never ' +
        'acknowledged, which is money that is missing. Refused: the idTag was not accepted.',
      width: 8,
      unit: 'cps',
      queries: [
        [perSecond('ocpp_transactions_total'), 'begun'],
        [perSecond('ocpp_transactions_ended_total', { by: 'outcome' }), '{{outcome}}'],
      ],
    }),
    lines({
      title: 'Open transactions and charging connectors',
      about: 'Transactions far above charging connectors: their messages are not delivered.',
      width: 8,
      unit: 'short',
      queries: [
        [series('ocpp_transactions_open'), 'open transactions'],
        [series('ocpp_chargers_charging'), 'charging connectors'],
      ],
    }),
    lines({
      title: 'Attempts a message',
      about:
        'CALLs sent for each message about a transaction that was acknowledged: 1 is good, more ' +
        'is load that a struggling target brings on itself.',
      width: 8,
      unit: 'none',
      queries: [
        [
          share(
            perSecond('ocpp_ledger_attempts_total'),
            perSecond('ocpp_ledger_ended_total', { where: 'outcome="acknowledged"' }),
          ),
          'attempts a message',
        ],
      ],
    }),
    lines({
      title: 'Messages about transactions by their end',
      about:
        'Acknowledged, discarded after the last attempt, or overflowed from a queue. Anything ' +
        'but acknowledged is lost.',
      width: 12,
      unit: 'cps',
      queries: [[perSecond('ocpp_ledger_ended_total', { by: 'outcome' }), '{{outcome}}']],
    }),
    lines({
      title: 'Cars of an open load',
      about:
        'Cars that found a free charger, and that found none, a second. Missed ones: the fleet ' +
        'is too small for the arrivals, or charges too long.',
      width: 12,
      unit: 'cps',
      queries: [
        [perSecond('ocpp_cars_arrived_total'), 'arrived'],
        [perSecond('ocpp_cars_missed_total'), 'missed'],
      ],
    }),
  ],
};
