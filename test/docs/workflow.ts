/** GitHub's own parser of workflows. */
import { registerHooks } from 'node:module';

// The package imports JSON without the attribute that Node asks for.
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const bare = /@actions\/.*\.json$/.test(resolved.url);
    return bare ? { ...resolved, importAttributes: { type: 'json' } } : resolved;
  },
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
  '@actions/workflow-parser'
);

/** What GitHub would say against a workflow; none: it takes it. */
export async function workflowFlaws(content: string): Promise<string[]> {
  const file = { name: 'workflow.yml', content };
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}
