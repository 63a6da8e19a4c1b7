/** The whole dashboard: its rows from top to bottom. */
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type Panel,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { AT_A_GLANCE } from './at-a-glance.ts';
import { COMPARISON } from './comparison.ts';
import { ERRORS } from './errors.ts';
import { FLEET } from './fleet.ts';
import { GENERATOR } from './generator.ts';
import { LATENCY } from './latency.ts';
import { TRAFFIC } from './traffic.ts';
import { annotations, variables } from './variables.ts';
import { WORK } from './work.ts';

interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export const ROWS: readonly Row[] = [
  AT_A_GLANCE,
  FLEET,
  TRAFFIC,
  LATENCY,
  ERRORS,
  WORK,
  GENERATOR,
  COMPARISON,
];
/** A row has this number and its panels those that follow, so that links to them stay good. */
const IDS_A_ROW = 100;

export function buildDashboard(): Dashboard {
  const builder = new DashboardBuilder('ocpp-load')
    .uid('ocpp-load')
    .description('A load test of an OCPP central system: see docs/prometheus.md of ocpp-load.')
    .tags(['ocpp', 'ocpp-load'])
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-15m', to: 'now' })
    .refresh('5s')
    .variables(variables())
    .annotations(annotations());
  ROWS.forEach(({ title, panels }, r) => {
    const id = (r + 1) * IDS_A_ROW;
    builder.withRow(new RowBuilder(title).id(id));
    panels.forEach((panel, p) => {
      builder.withPanel({ build: () => ({ ...panel, id: id + p + 1 }) });
    });
  });
  return builder.build();
}

/** As it is committed: Grafana's provisioning reads it. */
export const dashboardText = (): string => `${JSON.stringify(buildDashboard(), null, 2)}\n`;
