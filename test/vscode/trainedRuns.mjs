// Two training runs for the test that closes the loop: one that learnt a little, and one that learnt next to nothing. Made before VS Code starts, so that its
// time-outs are about the editor alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { developmentNode, mustRun, root } from '../../scripts/lib/processes.mjs';
import { trainerPython } from '../../scripts/lib/trainerPython.mjs';
import { parse, stringify } from 'yaml';

const drugs = ['aspirin', 'zinc', 'iron', 'metformin', 'caffeine', 'melatonin'];
const illnesses = ['stroke', 'asthma', 'anemia', 'migraine', 'obesity', 'insomnia'];
const outcomes = ['sleep', 'pain', 'falls', 'mortality'];

/** The Python of the trainer; undefined where there is none. */
export function pythonOfTrainer() {
  return [process.env.QUERENT_PYTHON ?? '', trainerPython].find((path) => path !== '' && existsSync(path));
}

/**
 * Trains, exports and evaluates both; only `publish` is left to do.
 * @param {string} folder where `better.yaml` and `worse.yaml` are written, with their runs in `better` and `worse`
 * @param {string} python
 */
export async function makeTrainedRuns(folder, python) {
  mkdirSync(folder, { recursive: true });
  const jsonl = (name, rows) =>
    writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const topics = drugs.flatMap((drug, a) =>
    illnesses.flatMap((illness, b) =>
      outcomes.map((outcome, c) => ({
        id: `t/${drug}-${illness}-${outcome}`,
        title: `${drug} for ${illness} and ${outcome}`,
        words: [drug, illness, outcome],
        // Every fifth is held out: its words are known from others, together they are new.
        held: (a + 2 * b + 3 * c) % 5 === 0,
        relevant_pmids: [1, 2, 3].map((n) => String(10_000 + 1000 * a + 100 * b + 10 * c + n)),
      })),
    ),
  );
  const told = ({ id, title, relevant_pmids }) => ({ id, title, relevant_pmids });
  jsonl(
    'records.jsonl',
    topics.flatMap(({ words: [drug, illness, outcome], relevant_pmids }) =>
      relevant_pmids.map((pmid) => ({
        pmid,
        title: `Effects of ${drug} in ${illness}: ${outcome}`,
        year: 2020,
      })),
    ),
  );
  jsonl('held-out.jsonl', topics.filter(({ held }) => held).map(told));
  const trained = topics.filter(({ held }) => !held);
  jsonl('topics.jsonl', trained.map(told));
  // A space before every word: it is then the same token as in the question.
  const query = (words) => `(${words.map((word) => ` ${word}[tiab]`).join(' AND')})`;
  jsonl(
    'pairs.jsonl',
    trained.map(({ title, words }) => ({ title, query: query(words) })),
  );
  writeFileSync(join(folder, 'better.yaml'), stringify(plan(60, true)));
  writeFileSync(join(folder, 'worse.yaml'), stringify(plan(1, false)));
  // Side by side, with one thread each.
  await Promise.all(
    ['better', 'worse'].map((name) =>
      mustRun(
        `The training run "${name}"`,
        developmentNode(),
        [
          join(root, 'trainer/src/cli/main.ts'),
          'run',
          join(folder, `${name}.yaml`),
          ...['--run', join(folder, name), '--until', 'evaluation'],
        ],
        { env: { QUERENT_PYTHON: python }, timeoutMs: 400_000 },
      ),
    ),
  );
}

/** `tiny-cpu` in less: fewer steps, a made world, and room in the model for the prompts that the editor asks with. */
function plan(sftSteps, withPpo) {
  const tiny = parse(readFileSync(join(root, 'trainer/configs/tiny-cpu.yaml'), 'utf8'));
  return {
    ...tiny,
    name: 'closing-the-loop',
    machine: { ...tiny.machine, threads: 1 },
    model: {
      licence: 'MIT',
      random: { ...tiny.model.random, hidden: 64, intermediate: 128, maxPositions: 4096 },
    },
    tokens: { prompt: 256, completion: 48 },
    data: {
      sources: ['reviews=topics.jsonl'],
      corpus: 'records.jsonl',
      heldOut: 'held-out.jsonl',
      shares: [0.9, 0.1, 0],
    },
    sft: {
      ...tiny.sft,
      pairs: { from: 'file', file: 'pairs.jsonl' },
      maxSteps: sftSteps,
      batchSize: 16,
      microBatchSize: 16,
      validation: { everySteps: 1000 },
    },
    ppo: withPpo
      ? {
          ...tiny.ppo,
          steps: 2,
          promptsPerStep: 16,
          rolloutMicroBatch: 16,
          miniBatchSize: 16,
          microBatchSize: 16,
          validation: { everySteps: 1000, prompts: 4 },
        }
      : null,
    evaluation: { rewriters: ['original', withPpo ? 'ppo' : 'sft'] },
    publish: {
      to: '${QUERENT_TEST_CHANNEL:-http://127.0.0.1:9/}',
      name: 'closing-the-loop',
      channel: 'stable',
      figure: 'recall',
    },
  };
}
