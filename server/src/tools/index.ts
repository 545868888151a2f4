import { LibraryError } from '@querent/core/connectors';
import { QueryTooLongError } from '@querent/core/pubmed';
import { SearchError } from '@querent/core/search';
import { MeshFileError } from '../library/meshFile.ts';
import { check } from './check.ts';
import { count } from './count.ts';
import { explain } from './explain.ts';
import { rewrite } from './rewrite.ts';
import { search } from './search.ts';
import { ToolError } from './tool.ts';
import type { Tool, ToolAnswer, ToolContext } from './tool.ts';
import { oneLine } from './wording.ts';

export { ToolError } from './tool.ts';
export type { Tool, ToolAnswer, ToolContext } from './tool.ts';

/** Errors whose messages are written for people. */
const told = [SearchError, LibraryError, MeshFileError, QueryTooLongError];

/** The read-only tools that other assistants may use. */
export const tools: readonly Tool[] = [check, count, search, explain, rewrite];

/**
 * Runs a tool. Arguments are checked against its schema first.
 * @throws ToolError with a message fit for people and models; the reason of `signal` when cancelled; other errors are faults of the program.
 */
export async function runTool(
  name: string,
  input: unknown,
  context: ToolContext,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined)
    throw new ToolError(
      `There is no tool "${oneLine(name, 60)}". There are: ${tools.map((one) => one.name).join(', ')}.`,
    );
  try {
    return await tool.run(input, context, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ToolError) throw error;
    if (told.some((kind) => error instanceof kind) && error instanceof Error)
      throw new ToolError(oneLine(error.message, 1_000), { cause: error });
    throw error;
  }
}
