import { methodWriter } from '@querent/core/sqlAssistant';
import type { SqlWriter } from '@querent/core/sqlAssistant';
import type { TextModel } from '../models/index.ts';
import { sqlModelWriter } from './modelWriter.ts';
import type { SqlModelOptions } from './modelWriter.ts';

/**
 * Everybody who writes statements: the method of the house, and the model where there is one. A model that cannot be asked costs its own statements, and the
 * note says why.
 * @throws when the signal fires
 */
export async function sqlWriters(
  model: TextModel | undefined,
  options: SqlModelOptions = {},
  signal?: AbortSignal,
): Promise<{ readonly writers: readonly SqlWriter[]; readonly notes: readonly string[] }> {
  if (model === undefined) return { writers: [methodWriter], notes: [] };
  try {
    return { writers: [methodWriter, await sqlModelWriter(model, options, signal)], notes: [] };
  } catch (error) {
    signal?.throwIfAborted();
    return { writers: [methodWriter], notes: [error instanceof Error ? error.message : String(error)] };
  }
}
