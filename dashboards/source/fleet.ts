/** How the chargers came, and whether they stayed. */
import { lines } from './panels.ts';
import { orNone, orZero, perSecond, quantile, total } from './promql.ts';

const CONNECT = 'ocpp_connect_duration_seconds';

export const FLEET = {
  title: 'Fleet',
  panels: [
    lines({
      title: 'Chargers by state',
      about:
        'What was planned (dashed) against what is there. Connected or booted below the target ' +
        'after the ramp is bad; so is a growing number that is offline.',
      width: 12,
      unit: 'short',
      queries: [[total('ocpp_chargers', { by: 'state' }), '{{state}}']],
      dashed: /planned/,
    }),
    lines({
      title: 'Connects',
      about:
        'Connects attempted, upgraded to a WebSocket, and failed, a second. Attempts well above ' +
        'upgrades are bad: a storm of reconnects.',
      width: 12,
      unit: 'cps',
      queries: [
        [perSecond('ocpp_connects_total'), 'attempted'],
        [perSecond('ocpp_connects_upgraded_total'), 'upgraded'],
        [perSecond('ocpp_connect_failures_total'), 'failed'],
      ],
    }),
    lines({
      title: 'Handshake, ${quantile:text}',
      about:
        'TCP connect, WebSocket upgrade, and all from the planned moment until ready. Ready far ' +
        'above the others: chargers wait for one of the handshakes under way at once.',
      width: 8,
      unit: 's',
      queries: [
        [quantile('$quantile', CONNECT, { where: 'phase!="tls"', by: 'phase' }), '{{phase}}'],
      ],
    }),
    lines({
      title: 'TLS handshake',
      about: 'How long TLS took; 0 for a run without TLS. Slow: the target has no CPU to spare.',
      width: 8,
      unit: 's',
      queries: [
        [orZero(quantile('0.5', CONNECT, { where: 'phase="tls"' })), 'p50'],
        [orZero(quantile('$quantile', CONNECT, { where: 'phase="tls"' })), '${quantile:text}'],
      ],
    }),
    lines({
      title: 'Boot latency',
      about:
        'From the upgrade of a connection to the accepted BootNotification. It grows when the ' +
        'target lets chargers wait (Pending, Rejected) or answers boots slowly.',
      width: 8,
      unit: 's',
      queries: [
        [quantile('0.5', 'ocpp_boot_duration_seconds'), 'p50'],
        [quantile('0.95', 'ocpp_boot_duration_seconds'), 'p95'],
        [quantile('0.99', 'ocpp_boot_duration_seconds'), 'p99'],
      ],
    }),
    lines({
      title: 'Disconnects by reason',
      about:
        'Connections that ended before the run did, a second. Any are bad unless the target was ' +
        'restarted on purpose; callTimeouts are chargers that gave up on an answer.',
      width: 12,
      unit: 'cps',
      stacked: true,
      queries: [
        [
          orNone(`${perSecond('ocpp_disconnects_total', { by: 'reason' })} > 0`, 'reason'),
          '{{reason}}',
        ],
      ],
    }),
    lines({
      title: 'Connect failures by reason',
      about:
        'Connects that failed, a second. http429 and http503: the target sheds load. noLocalPort ' +
        'and noDescriptor are limits of this machine, not of the target.',
      width: 12,
      unit: 'cps',
      stacked: true,
      queries: [
        [
          orNone(`${perSecond('ocpp_connect_failures_total', { by: 'reason' })} > 0`, 'reason'),
          '{{reason}}',
        ],
      ],
    }),
  ],
};
