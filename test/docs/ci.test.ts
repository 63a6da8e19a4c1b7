/** The ready-made CI jobs: GitHub's own parser reads one, a schema of GitLab's keys the other. */
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { ExitCode } from '../../src/base/errors.ts';
import { docFile, docFiles } from './files.ts';
import { workflowFlaws } from './workflow.ts';

test('every YAML file is YAML, without a key twice', () => {
  const files = docFiles('.yml', '.yaml');
  expect(files.length).toBeGreaterThan(1);
  for (const { path, text } of files) {
    const { errors, warnings } = parseDocument(text);
    expect([...errors, ...warnings], path).toEqual([]);
  }
});

describe('ci/github-actions.yml', () => {
  const { text } = docFile('docs/ci/github-actions.yml');

  test('is a workflow, by the schema of GitHub', async () => {
    expect(await workflowFlaws(text)).toEqual([]);
  });

  test.each([
    ['a misspelt key', 'timeout-minutes', 'timeout-minuets'],
    ['an unknown context', 'vars.CSMS_URL', 'varz.CSMS_URL'],
    ['a cron of six fields', '17 2 * * *', '17 2 * * * *'],
  ])('%s would be found', async (_name, right, wrong) => {
    expect(text).toContain(right);
    expect(await workflowFlaws(text.replace(right, wrong))).not.toEqual([]);
  });
});

const TEXT = { type: 'string', minLength: 1 };
const TEXTS = { type: 'array', items: TEXT, minItems: 1 };
const EXIT_CODES = { type: 'array', items: { enum: Object.values(ExitCode) }, minItems: 1 };
const object = (properties: object, required: readonly string[] = []) => ({
  ...{ type: 'object', additionalProperties: false, properties, required },
});

/** The part of GitLab's `.gitlab-ci.yml` that the example uses. */
const JOB = object(
  {
    ...{ stage: TEXT, image: TEXT, tags: TEXTS, resource_group: TEXT },
    timeout: { type: 'string', pattern: '^\\d+ (minutes|hours)$' },
    before_script: TEXTS,
    script: TEXTS,
    variables: { type: 'object', additionalProperties: TEXT },
    rules: { type: 'array', items: object({ if: TEXT }, ['if']) },
    cache: object({ key: TEXT, paths: TEXTS }, ['key', 'paths']),
    allow_failure: object({ exit_codes: EXIT_CODES }, ['exit_codes']),
    retry: object({ max: { enum: [0, 1, 2] }, exit_codes: EXIT_CODES }, ['max']),
    artifacts: object({
      ...{ when: { enum: ['on_success', 'on_failure', 'always'] }, expire_in: TEXT, paths: TEXTS },
      reports: object({ junit: TEXT }),
    }),
  },
  ['script'],
);
const validate = new Ajv().compile({
  type: 'object',
  properties: { stages: TEXTS },
  required: ['stages'],
  additionalProperties: JOB,
});

describe('ci/gitlab-ci.yml', () => {
  const { text } = docFile('docs/ci/gitlab-ci.yml');

  test('has what GitLab knows, and stages that are there', () => {
    const pipeline = parse(text);
    validate(pipeline);
    expect(validate.errors).toBe(null);
    const { stages, ...jobs } = pipeline;
    for (const job of Object.values<{ stage: string }>(jobs)) expect(stages).toContain(job.stage);
  });

  test.each([
    ['a misspelt key', 'resource_group', 'resources_group'],
    ['a wrong exit code', '- 123', '- 125'],
    ['a script that is no text', '    - npm ci', '    - npm: ci'],
  ])('%s would be found', (_name, right, wrong) => {
    expect(text).toContain(right);
    expect(validate(parse(text.replace(right, wrong)))).toBe(false);
  });
});

test('both keep what the runs wrote', () => {
  for (const { text } of docFiles('.yml')) {
    expect(text).toContain('new/$seed.olr');
    expect(text).toContain('--junit');
    expect(text).toMatch(/(path|- ).*new\//);
  }
});
