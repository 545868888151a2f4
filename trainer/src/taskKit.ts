import * as metrics from '@querent/core/metrics';
import * as prompting from '@querent/core/prompting';
import * as pubmed from '@querent/core/pubmed';
import * as rewards from '@querent/core/rewards';
import * as search from '@querent/core/search';
import * as strategy from '@querent/core/strategy';
import {
  idOf,
  listOf,
  need,
  neededTextIn,
  objectOf,
  queryTemplates,
  readPubMedQuery,
  relevantIds,
  RowError,
  runBoolean,
  textIn,
} from '@querent/core/tasks';
import type { TaskDefinition } from '@querent/core/tasks';

/**
 * What a task in a folder of its own is given: the rooms of core that the built-in tasks are made of, under the names of their rooms.
 * A folder that imported them by itself would need them installed beside it, and would get them twice where the trainer is one bundled
 * file: its `RowError` would then be no `RowError` here.
 */
export const taskKit = {
  metrics,
  prompting,
  pubmed,
  rewards,
  search,
  strategy,
  tasks: {
    /** Gives a definition its types and returns it as it is; whoever loads it looks whether it is whole, and closes it. */
    defineTask: <Input, Target, Outcome>(
      definition: TaskDefinition<Input, Target, Outcome>,
    ): TaskDefinition<Input, Target, Outcome> => definition,
    idOf,
    listOf,
    need,
    neededTextIn,
    objectOf,
    queryTemplates,
    readPubMedQuery,
    relevantIds,
    RowError,
    runBoolean,
    textIn,
  },
} as const;

/** See {@link taskKit}. A task's module names it for its editor, as the type of what its function is given. */
export type TaskKit = typeof taskKit;
