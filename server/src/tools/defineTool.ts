import { z } from 'zod';
import { ToolError } from './tool.ts';
import type { Definition, Tool, ToolAnswer } from './tool.ts';
import { bounded, oneLine, visibleData } from './wording.ts';

/**
 * A tool of its schemas and its work: arguments are checked before anything is done, and texts of strangers in the answer are made
 * harmless behind it.
 */
export function defineTool<Input, Data extends Readonly<Record<string, unknown>>>(
  definition: Definition<Input, Data>,
): Tool {
  const { input, output, ...rest } = definition;
  return {
    ...rest,
    inputSchema: jsonSchema(input, 'input'),
    outputSchema: jsonSchema(output, 'output'),
    run: async (given, context, signal): Promise<ToolAnswer> => {
      signal.throwIfAborted();
      const answer = await definition.run(parsed(rest.name, input, given), context, signal);
      signal.throwIfAborted();
      return { text: bounded(answer.text), data: visibleData(answer.data) };
    },
  };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Readonly<Record<string, unknown>> {
  const all = z.toJSONSchema(schema, { io, target: 'draft-7' });
  return Object.fromEntries(Object.entries(all).filter(([key]) => key !== '$schema' && !key.startsWith('~')));
}

/** Problems that are told at once; the first ones are enough to go on by. */
const mostTold = 3;

function parsed<Input>(name: string, schema: z.ZodType<Input>, given: unknown): Input {
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const told = result.error.issues.slice(0, mostTold).map((issue) => problemOf(issue, schema));
  throw new ToolError(`${name}: ${told.join(' ')}`);
}

/** `budget: must be at least 1.` */
function problemOf(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  if (issue.code === 'unrecognized_keys') {
    const known = schema instanceof z.ZodObject && issue.path.length === 0 ? Object.keys(schema.shape) : [];
    const keys = issue.keys.slice(0, mostTold).map((key) => oneLine(key, 40));
    const way = known.length === 0 ? '' : ` It takes: ${known.join(', ')}.`;
    return `${[...issue.path, keys.join(', ')].join('.')}: there is no such argument.${way}`;
  }
  const place = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  return `${place === '' ? 'the arguments' : place.slice(1)}: ${oneLine(issue.message, 300)}.`;
}
