import { Command } from 'commander';
import { ExitCode, UserError } from '../base/errors.ts';
import { tonly48A } from '../chargers/tonly48a.ts';
import { examine, THOROUGH, targetsOf } from '../doctor/examine.ts';
import { CHECKS, type Finding, problemsOf } from '../doctor/finding.ts';
import { needOf, needOfFleet } from '../doctor/need.ts';
import { type ProbeOptions, probePlan, probeTarget } from '../doctor/probe.ts';
import { findingsText } from '../doctor/text.ts';
import { compilePlan } from '../plan/compile.ts';
import type { Plan } from '../plan/plan.ts';
import { cleanText, hideCredentials } from '../report/clean.ts';
import { ends, type Look } from '../report/look.ts';
import { plural } from '../report/numbers.ts';
import { life } from '../scenario/life.ts';
import { sourceList } from '../scenario/source-addresses.ts';
import { validateScenario } from '../scenario/validate.ts';
import type { Context } from './context.ts';
import { noteText } from './errors.ts';
import { writeAll } from './io.ts';
import { addPlanOptions, type Flags } from './options.ts';
import type { Overrides } from './overrides.ts';
import { planFrom, prepare, scenarioOf } from './scenario.ts';

const HELP = `
Examples:
  ocpp-load doctor                               what this machine allows
  ocpp-load doctor nightly.ts --chargers 20000   whether it can carry that run
  ocpp-load doctor --target wss://csms.example/ocpp/{id}
  ocpp-load doctor nightly.ts --probe 2103252121090001

The target gets one connection, as far as TLS, and no message. --probe sends real ones: a charger of
that identity boots, charges and stops, once in each dialect, about 4 s each, and leaves two
transactions behind.

  ✓ fine   ! the run works, but look at it   ✗ the run cannot work (exit 122)   ? not told
`;

interface DoctorFlags extends Flags {
  readonly probe?: string;
  readonly json?: boolean;
}

export function doctorCommand(context: Context): Command {
  const command = new Command('doctor')
    .description('Check machine and target for a scenario, or the machine alone')
    .argument('[scenario]', 'a scenario file (.ts or .js)');
  return addPlanOptions(command)
    .option('--workers <n>', "threads, or 'auto': as many as serve")
    .option('--processes <n>', "processes, or 'auto': one, or as many as it takes")
    .option('--probe <identity>', 'let one charger live at the target, in each dialect')
    .option('--json', 'as JSON')
    .addHelpText('after', HELP)
    .action(async (scenarioPath: string | undefined, flags: DoctorFlags) => {
      const { probe, json, ...planFlags } = flags;
      const overrides = prepare(planFlags, context);
      const patient = await patientOf(scenarioPath, overrides);
      const findings = await diagnose(patient, overrides, probe, context);
      const text = json
        ? doctorJson(patient.plan, findings)
        : doctorText(findings, context.stdoutLook);
      await writeAll(context.io.stdout, [text]);
      const works = problemsOf(findings).length === 0;
      context.exitCode = works ? ExitCode.ok : ExitCode.preflight;
    });
}

/** What is looked at; without a scenario only as much as the flags say. */
interface Patient {
  /** null: no scenario and no target. */
  readonly plan: Plan | null;
  readonly loaded: Pick<ProbeOptions, 'scenario' | 'file'> | null;
  /** The plan is that of a scenario, and not made up for `--target`. */
  readonly planned: boolean;
}

async function patientOf(scenarioPath: string | undefined, overrides: Overrides): Promise<Patient> {
  if (scenarioPath !== undefined) {
    const loaded = await scenarioOf(scenarioPath, overrides);
    return { plan: planFrom(loaded, overrides), loaded, planned: true };
  }
  const { target, dialect, sourceAddresses } = overrides;
  if (target === undefined) return { plan: null, loaded: null, planned: false };
  const made = {
    ...{ target, duration: '1s', ...(dialect && { dialect }), sourceAddresses },
    fleets: [{ name: 'doctor', chargers: 1, model: tonly48A(), life: life().boot() }],
  };
  const scenario = validateScenario(made, '--target');
  const plan = compilePlan(scenario, { name: '', file: null, seed: 1 });
  return { plan, loaded: { scenario, file: null }, planned: false };
}

async function diagnose(
  { plan, loaded, planned }: Patient,
  { workers = 'auto', processes, chargers, sourceAddresses = [] }: Overrides,
  probe: string | undefined,
  context: Context,
): Promise<Finding[]> {
  if (probe !== undefined) checkProbe(probe, loaded);
  const findings = await examine(
    (facts, sites) => {
      const wish = { workers, processes };
      if (plan !== null && planned) return needOf(plan, wish, facts, sites);
      const sources = sourceList(sourceAddresses) ?? [];
      return chargers === undefined ? null : needOfFleet(chargers, wish, facts, sources);
    },
    plan === null ? [] : targetsOf(plan),
    THOROUGH,
  );
  const unreachable = problemsOf(findings).some(({ check }) => SITE.includes(check));
  if (probe === undefined || plan === null || loaded === null || unreachable) return findings;
  const whom = `a charger's life as ${probe} at ${targetText(plan)}, in each dialect: about 8 s`;
  context.io.stderr.write(noteText(`--probe sends ${whom}`, context.stderrLook));
  const lived = await probeTarget({ ...loaded, identity: probe });
  const inOrder = ({ check }: Finding) => CHECKS.indexOf(check);
  return [...findings, ...lived].toSorted((a, b) => inOrder(a) - inOrder(b));
}

/** Before anything is contacted. */
function checkProbe(identity: string, loaded: Patient['loaded']): void {
  if (loaded === null) {
    throw new UserError('--probe needs a target', 'give a scenario, or --target');
  }
  try {
    probePlan({ ...loaded, identity }, 'standard');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`--probe cannot be '${identity}'`, error.hint);
  }
}

const SITE = ['dns', 'tcp', 'tls'];

const targetText = ({ target }: Plan) =>
  target.kind === 'embedded' ? 'the embedded central system' : hideCredentials(target.url);

const doctorText = (findings: readonly Finding[], look: Look) =>
  `\n${findingsText(findings, look)}\n${endText(findings, look)}\n`;

/** The last line: what it all means. */
function endText(findings: readonly Finding[], look: Look): string {
  const problems = problemsOf(findings);
  const width = Math.min(look.width, 84);
  if (problems.length > 0) {
    const names = problems.map(({ check }) => check).join(', ');
    const right = `exit ${ExitCode.preflight}`;
    return ends(`  the run cannot work: ${names}`, right, width).join('\n');
  }
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  const rest = warnings > 0 ? `; ${plural(warnings, 'warning')}` : '';
  return `  nothing keeps a run from working${rest}`;
}

export function doctorJson(plan: Plan | null, findings: readonly Finding[]): string {
  const head = {
    schema: 'ocpp-load/doctor/1',
    scenario: plan?.name || null,
    target: plan && hideCredentials(plan.target.url),
    works: problemsOf(findings).length === 0,
  };
  const safe = findings.map(({ text, fix, ...rest }) => ({
    ...rest,
    text: cleanText(hideCredentials(text)),
    fix: cleanText(hideCredentials(fix)),
  }));
  return `${JSON.stringify({ ...head, findings: safe }, null, 2)}\n`;
}
