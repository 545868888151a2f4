import { expect, it } from 'vitest';
import { promptTemplate } from '../prompting/index.ts';
import type { Reward } from '../rewards/index.ts';
import { failed, figureNames, scoreItem } from './scoring.ts';
import { defineTask } from './task.ts';

/** A task that pays what it is told. */
function paying(reward: Reward, figures: Readonly<Record<string, number>> = {}) {
  const template = promptTemplate('paying/1', 'a', 'b');
  return defineTask<null, null, null>({
    id: 'paying',
    title: 'Paying',
    ability: 'none',
    answerKey: 'query',
    templates: { reasoning: template, direct: template },
    readInput: () => null,
    readTarget: () => null,
    prompt: () => ({ system: '', user: '', template }),
    run: async () => null,
    rewards: { only: () => reward },
    metricNames: ['a', 'b'],
    metrics: () => figures,
    failure: () => undefined,
  });
}
const nothing = { format: 0, validity: 0, outcome: 0, cost: 0, penalty: 0 };
const item = { id: 'x', task: 'paying', completion: '<answer>{"query": "q"}</answer>', target: {} };

async function score(reward: Reward, figures?: Readonly<Record<string, number>>) {
  const task = paying(reward, figures);
  return scoreItem(item, new Map([[task.id, task]]), {});
}

it('is the same before and behind JSON, to the last bit', async () => {
  const scored = await score(
    { reward: 0.1 + 0.2, components: { ...nothing, outcome: 0.1 + 0.2, cost: -0 } },
    { a: -0, b: Infinity },
  );
  expect(scored.components.cost).toBe(0);
  expect(scored.measured).toEqual({ a: 0, b: null });
  expect(JSON.parse(JSON.stringify(scored))).toEqual(scored);
});

it.each([NaN, Infinity, -Infinity])('a reward of %s is an error, not a reward', async (value) => {
  const scored = await score({ reward: value, components: { ...nothing, outcome: value } });
  expect(scored).toEqual(
    failed('x', ['a', 'b'], 'The reward of the task paying is no number. This is a fault of the task.'),
  );
});

it('has the figures of all tasks, whatever the item', async () => {
  const task = paying({ reward: 0, components: nothing });
  const names = figureNames([task, { ...task, metricNames: ['b', 'c'] }]);
  expect(names).toEqual(['a', 'b', 'c']);
  const tasks = new Map([['paying', task], ['other', { ...task, metricNames: ['b', 'c'] }]]); // prettier-ignore
  for (const name of ['paying', 'none']) {
    const scored = await scoreItem({ ...item, task: name }, tasks, {});
    expect(Object.keys(scored.measured)).toEqual(['a', 'b', 'c']);
  }
});
