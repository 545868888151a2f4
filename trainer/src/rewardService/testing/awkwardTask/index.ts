import type { TaskKit } from '../../../taskKit.ts';

interface Outcome {
  readonly records: number;
}

/** A task whose queries may be orders that bring a worker into trouble: `hang`, `wait`, `slow`, `crash`, `fail`, `break`. Others are searched. */
export default function awkward({ prompting, rewards, search, strategy, tasks }: TaskKit): unknown {
  const template = prompting.promptTemplate('awkward/1', 'You are tested.', 'Write a query.');
  return tasks.defineTask<null, null, Outcome>({
    id: 'awkward',
    title: 'Awkward',
    ability: 'testing',
    answerKey: 'query',
    templates: { reasoning: template, direct: template },
    readInput: () => null,
    readTarget: () => null,
    prompt: () => prompting.promptOf([], template),
    async run(query, _target, world, { signal }) {
      switch (query) {
        case 'hang':
          for (;;);
        case 'wait':
          // Ends when it is cancelled, as an engine does that waits for a server.
          await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
          throw new search.SearchError('aborted', 'It was cancelled.');
        case 'slow': {
          // Answers after a while, unless it is cancelled before.
          const isOver = await new Promise((resolve) => {
            setTimeout(() => resolve(true), 300);
            signal?.addEventListener('abort', () => resolve(false), { once: true });
          });
          if (isOver === true) return { records: 1 };
          throw new search.SearchError('aborted', 'It was cancelled.');
        }
        case 'crash':
          setImmediate(() => {
            throw new Error('The worker is broken.');
          });
          return new Promise(() => undefined);
        case 'fail':
          throw new search.SearchError('network', 'The engine cannot be reached.', true);
        case 'break':
          throw new TypeError('The task has a fault.');
        default: {
          const resolved = strategy.resolveText(query);
          const engine = tasks.need(world.citations, 'library', 'Name one.');
          if (strategy.isUnresolvable(resolved)) return { records: 0 };
          return { records: (await engine.count(resolved, signal === undefined ? {} : { signal })).count };
        }
      }
    },
    rewards: { only: ({ outcome }) => rewards.rewardOf({ outcome: outcome?.records ?? -1 }) },
    metricNames: ['records'],
    metrics: (outcome) => ({ records: outcome?.records }),
    failure: () => undefined,
  });
}
