/** What the dashboard and the rules ask Prometheus, read from the files that people get. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const FOLDER = fileURLToPath(new URL('../../dashboards/', import.meta.url));
export const fileText = (name: string): string => readFileSync(`${FOLDER}${name}`, 'utf8');

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly format?: string;
}
export interface FieldDefaults {
  readonly unit?: string;
  readonly decimals?: number;
  readonly max?: number;
  readonly mappings?: readonly {
    readonly options: Record<string, { text: string; color: string }>;
  }[];
  readonly thresholds?: { readonly steps: readonly { value: number | null; color: string }[] };
  readonly custom?: {
    readonly stacking?: { readonly mode: string };
    readonly thresholdsStyle?: { readonly mode: string };
  };
}
export interface PanelFile {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: {
    readonly defaults: FieldDefaults;
    readonly overrides: readonly { readonly matcher: { readonly options: string } }[];
  };
}
interface Variable {
  readonly name: string;
  readonly query: string | { readonly query: string };
  readonly regex?: string;
}
export interface DashboardFile {
  readonly panels: readonly PanelFile[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly expr: string }[];
  };
}

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}

export const readDashboard = (): DashboardFile => JSON.parse(fileText('ocpp-load.json'));

export function readRules(file: 'recording' | 'alerts'): Rule[] {
  const { groups } = parse(fileText(`rules/${file}.yml`)) as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** The query of a variable, without the function around it that only Grafana knows. */
export function variableQuery({ query }: Variable): string | null {
  const text = typeof query === 'string' ? query : query.query;
  return /^(?:query_result|label_values)\((.*?)(?:, \w+)?\)$/s.exec(text)?.[1] ?? null;
}

/** Everything that is asked, with where it stands. */
export function everyQuery(): { where: string; promql: string }[] {
  const { panels, templating, annotations } = readDashboard();
  return [
    ...panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ refId, expr }) => ({ where: `panel "${title}" ${refId}`, promql: expr })),
    ),
    ...templating.list.flatMap((variable) => {
      const promql = variableQuery(variable);
      return promql === null ? [] : [{ where: `variable ${variable.name}`, promql }];
    }),
    ...annotations.list.map(({ name, expr }) => ({ where: `annotation ${name}`, promql: expr })),
    ...[...readRules('recording'), ...readRules('alerts')].map(({ record, alert, expr }) => ({
      where: `rule ${record ?? alert}`,
      promql: expr,
    })),
  ];
}
