/** `npm run dashboards`: writes the dashboard that Grafana reads. */
import { writeFileSync } from 'node:fs';
import { dashboardText } from './dashboard.ts';

writeFileSync(new URL('../ocpp-load.json', import.meta.url), dashboardText());
