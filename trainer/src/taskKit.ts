import * as metrics from '@querent/core/metrics';
import * as prompting from '@querent/core/prompting';
import * as pubmed from '@querent/core/pubmed';
import * as rewards from '@querent/core/rewards';
import * as search from '@querent/core/search';
import * as strategy from '@querent/core/strategy';
import { defineTask, need, RowError } from '@querent/core/tasks';

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
  tasks: { defineTask, need, RowError },
} as const;

/** See {@link taskKit}. A task's module names it for its editor, as the type of the function that it exports by default. */
export type TaskKit = typeof taskKit;
