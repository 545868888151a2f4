// Scenes of training: a run is watched. The run is invented; the view reads its folder as it reads any other.
import { join } from 'node:path';
import { writeTrainingRun } from './trainingRun.mjs';

const watch = (options) => async (window, samples) => {
  const folder = join(samples, 'runs', options.finished ? 'done' : 'running');
  writeTrainingRun(folder, options);
  await window.command('Querent: Watch Training Run');
  await window.choosePath(folder);
  await window.bench.until('the training view', async () => /Reward/.test(await window.bench.trainingText()));
};

/** @type {readonly object[]} */
export const training = [
  {
    name: 'training-running',
    isTestOnly: true,
    file: 'falls.pubmed',
    size: [1440, 1000],
    once: true,
    act: watch({ done: 120 }),
    sees: { training: [/falls-and-strokes/, /step 120 of 200/, /Recall/, /Time by phase/, /Last samples/] },
    shows: ['panel'],
  },
  {
    name: 'training-done',
    file: 'falls.pubmed',
    size: [1440, 1000],
    once: true,
    act: watch({ done: 200, finished: true }),
    sees: { training: [/Done/, /Evaluation/, /deterministic/, /Open Report/] },
    shows: ['panel'],
  },
  {
    name: 'training-dark',
    isTestOnly: true,
    file: 'falls.pubmed',
    size: [820, 1000],
    once: true,
    act: async (window, samples) => {
      await window.command('Preferences: Toggle between Light/Dark Themes');
      await watch({ done: 120 })(window, samples);
    },
    sees: { training: [/falls-and-strokes/] },
    shows: ['panel'],
    leave: (window) => window.command('Preferences: Toggle between Light/Dark Themes'),
  },
];
