import type { Section, Report } from '../../evaluation/report/report.ts';
import { comparisonTable, figuresTable } from '../../evaluation/report/tables.ts';
import type { Table } from '../../evaluation/report/tables.ts';
import { intervalPlot } from '../../evaluation/report/plots/intervals.ts';
import { recallPlot } from '../../evaluation/report/plots/recallPlot.ts';
import type { Plot } from '../../evaluation/report/plots/plot.ts';
import type { DatasetCard } from '../../datasets/card.ts';
import type { RunState } from '../../run/state.ts';
import { stepNames, stepTitles } from '../../run/stepNames.ts';
import type { EvaluationSummary } from '../../run/steps/evaluation.ts';
import { duration, percent, short } from '../format.ts';
import type { Curve, WatchDocument, WatchedSample, WatchedTraining } from '../types.ts';
import { curvePlot } from './curvePlot.ts';
import { changedAnswers } from './changedAnswers.ts';

/** All that a report is made of. */
export interface ReportFacts {
  readonly watched: WatchDocument;
  readonly state: RunState;
  /** `plan.json`: the plan with all defaults, and versions. */
  readonly plan: Readonly<Record<string, unknown>>;
  readonly summary: EvaluationSummary | undefined;
  readonly card: DatasetCard | undefined;
  /** Samples of the first steps of PPO; the last are in `watched`. */
  readonly firstSamples: readonly WatchedSample[];
  /** Of the GGUF files, from `export.json`. */
  readonly exported: Readonly<Record<string, unknown>> | undefined;
}

/** Figures that belong into one picture, by the names of curves. */
const pictures: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['Reward', ['reward', 'validationReward']],
  ['Recall', ['recall', 'validationRecall']],
  ['Valid answers', ['validRate']],
  ['Loss', ['loss', 'validationLoss']],
  ['Distance from the reference', ['kl']],
  ['Entropy', ['entropy']],
  ['Clipped updates', ['clipFraction']],
  ['Explained variance of the critic', ['explainedVariance']],
  ['Length of answers', ['completionTokens']],
  ['Records found', ['records']],
];

/** The report of a run: what it did, how it learnt, what it can, and where each number comes from. */
export function runReport(facts: ReportFacts): Report {
  const { watched } = facts;
  const { run } = watched;
  const sections: (Section | undefined)[] = [
    {
      title: 'Steps',
      text: ['From state.json. Seconds are of work, pauses left out.'],
      table: stepsTable(watched),
    },
    ...evaluationSections(facts.summary),
    release(watched),
    ...trainingSections('Reinforcement learning', watched.ppo, 'ppo'),
    ...trainingSections('Supervised start', watched.sft, 'sft'),
    samples('Answers at the start of training', facts.firstSamples),
    samples('Answers at the end of training', watched.ppo?.samples ?? []),
    data(facts.card, facts.state),
    files(facts),
    {
      title: 'Plan',
      text: ['plan.json, with every default written out; plan.yaml is as it was given.'],
      table: planTable(facts.plan),
    },
  ];
  return {
    title: `Training run ${run.name}`,
    text: [
      `${stateInWords(run)} ${run.problem ?? ''}`.trim(),
      `Task ${run.task}, from ${run.model}, engine ${run.engine}. Begun ${run.startedAt.slice(0, 16).replace('T', ' ')} UTC; ${duration(run.seconds)} of work.`,
      `Run ${facts.state.id}. ${versionsOf(facts.plan)}`,
    ],
    sections: sections.filter((section) => section !== undefined),
  };
}

function stateInWords({ state, command }: WatchDocument['run']): string {
  switch (state) {
    case 'done':
      return 'Every step is done.';
    case 'running':
      return 'It is going on; these are the numbers so far.';
    case 'failed':
      return 'A step failed.';
    case 'stopped':
      return `It was stopped. It goes on with: ${command}`;
  }
}

function stepsTable({ steps }: WatchDocument): Table {
  return {
    columns: ['step', 'state', 'time', 'attempts', 'note'],
    rows: steps.map(({ title, state, seconds, attempts, message }) => [
      title,
      state,
      attempts === 0 ? '' : duration(seconds),
      attempts === 0 ? '' : String(attempts),
      state === 'failed' || state === 'skipped' ? (message ?? '') : '',
    ]),
  };
}

function evaluationSections(summary: EvaluationSummary | undefined): readonly (Section | undefined)[] {
  if (summary === undefined) return [];
  const { systems, on } = summary;
  return [
    {
      title: 'Evaluation on held-out topics',
      text: [
        `${on}. Means over topics with 95 % bootstrap intervals; what fails counts as a failure. From evaluation/summary.json; every topic is in evaluation/NAME/report.html.`,
      ],
      table: figuresTable(systems),
    },
    plotted('Main figure with its interval', intervalPlot(systems)),
    systems.length < 2
      ? undefined
      : {
          title: 'Compared',
          text: [
            'Paired on the same topics. p: two-sided paired randomisation test, then corrected after Holm over all pairs of a figure.',
          ],
          table: comparisonTable(systems),
        },
    plotted('Recall against records', recallPlot(systems)),
    changedAnswers(systems),
  ];
}

function plotted(title: string, plot: Plot | undefined): Section | undefined {
  return plot === undefined ? undefined : { title, text: [plot.description], plot, table: plot.table };
}

function release({ release: made }: WatchDocument): Section | undefined {
  if (made === null) return undefined;
  const { version, channel, to, decision, reason } = made;
  return {
    title: 'Gate and publication',
    text: ['From publish/release.json.'],
    table: {
      columns: ['what', 'value'],
      rows: [
        ['version', version],
        ['channel', `${channel}, ${to}`],
        ['gate', decision],
        ['reason', reason],
      ],
    },
  };
}

function trainingSections(
  title: string,
  training: WatchedTraining | null,
  folder: 'sft' | 'ppo',
): readonly (Section | undefined)[] {
  if (training === null) return [];
  const { curves, secondsByPhase, step, steps, tokensPerSecond } = training;
  const named = (names: readonly string[]): readonly Curve[] =>
    names.flatMap((name) => curves.filter((curve) => curve.name === name));
  const { total = 0 } = secondsByPhase;
  return [
    {
      title: `${title}: time by phase`,
      text: [
        `${step}${steps === null ? '' : ` of ${steps}`} steps${tokensPerSecond === null ? '' : `, ${short(tokensPerSecond)} tokens a second over the last ten`}. From ${folder}/metrics.jsonl.`,
      ],
      table: {
        columns: ['phase', 'seconds', 'share'],
        rows: Object.entries(secondsByPhase).map(([phase, seconds]) => [
          phase,
          seconds.toFixed(1),
          total > 0 ? percent(seconds / total) : '',
        ]),
      },
    },
    ...pictures.map(([name, names]) => {
      const plot = curvePlot(`${title}: ${name}`, named(names));
      return plot === undefined
        ? undefined
        : {
            ...{ title: `${title}: ${name.toLowerCase()}`, plot, table: plot.table },
            text: [`${plot.description} From ${folder}/metrics.jsonl.`],
          };
    }),
  ];
}

function samples(title: string, rows: readonly WatchedSample[]): Section | undefined {
  if (rows.length === 0) return undefined;
  return {
    title,
    text: ['Drawn by the engine from topics that were trained on. From ppo/samples.jsonl.'],
    table: {
      columns: ['topic', 'step', 'reward', 'recall', 'records', 'answer'],
      rows: rows.map(({ id, step, reward, recall, records, completion, problem }) => [
        id,
        String(step),
        reward === null ? '–' : short(reward),
        recall === null ? '–' : recall.toFixed(2),
        records === null ? '–' : String(records),
        `${completion}${problem === null ? '' : ` (${problem})`}`,
      ]),
    },
  };
}

function data(card: DatasetCard | undefined, state: RunState): Section | undefined {
  if (card === undefined) return undefined;
  const leakage = state.steps.data.outputs?.['leakage'] as { readonly topics?: number } | null | undefined;
  return {
    title: 'Data',
    text: [
      leakage === null || leakage === undefined
        ? 'No topics were held out.'
        : `Nothing that was trained on shares a relevant record or nearly the same words with any of the ${leakage.topics ?? 0} held-out topics.`,
      `Built with Querent ${card.versions.querent} on ${card.builtAt.slice(0, 10)}, seed ${card.seed}. Licence: ${card.licence}. From card.json of the dataset.`,
    ],
    table: {
      columns: ['source', 'rows', 'kept', 'SHA-256'],
      rows: card.sources.map((source) => [
        `${source.name} (${source.kind}${source.split === null ? '' : `, ${source.split}`})`,
        String(source.rows),
        String(source.kept),
        source.files
          .map(({ sha256 }) => sha256)
          .slice(0, 3)
          .join(' '),
      ]),
    },
  };
}

/** Everything that a step made, with its hash. */
function files({ state, exported }: ReportFacts): Section {
  const rows = stepNames.flatMap((name) =>
    Object.entries(
      (state.steps[name].outputs?.['files'] ?? {}) as Readonly<
        Record<string, { readonly bytes: number; readonly sha256: string }>
      >,
    ).map(([file, { bytes, sha256 }]) => [file, stepTitles[name], bytes.toLocaleString('en-US'), sha256]),
  );
  const parity = Object.entries(exported ?? {}).flatMap(([model, result]) =>
    ((result as { readonly parity?: readonly Parity[] }).parity ?? []).map(
      (each) =>
        `${model}, ${each.file}: tokens ${each.mismatches.length === 0 ? 'agree' : 'differ'} with transformers on ${each.texts} texts; log-probabilities differ by ${each.meanDifference?.toFixed(4) ?? '–'} nats in the mean over ${each.tokens} tokens.`,
    ),
  );
  return {
    title: 'Files and hashes',
    text: ['What the steps made, from state.json.', ...parity],
    table: { columns: ['file', 'step', 'bytes', 'SHA-256'], rows },
  };
}

interface Parity {
  readonly file: string;
  readonly texts: number;
  readonly tokens: number;
  readonly mismatches: readonly unknown[];
  readonly meanDifference: number | null;
}

/** Every knob and its value. */
function planTable({ plan }: Readonly<Record<string, unknown>>): Table {
  const rows: (readonly string[])[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [key, each] of Object.entries(value)) walk(each, path === '' ? key : `${path}.${key}`);
    else rows.push([path, typeof value === 'string' ? value : JSON.stringify(value)]);
  };
  walk(plan, '');
  return { columns: ['setting', 'value'], rows };
}

function versionsOf({ versions }: Readonly<Record<string, unknown>>): string {
  return Object.entries((versions ?? {}) as Readonly<Record<string, string>>)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
