import type { EvaluationDocument } from '../document.ts';
import {
  comparisonTable,
  failureTable,
  figuresTable,
  groupTable,
  topicTable,
  withoutDoubtfulTable,
} from './tables.ts';
import type { Table } from './tables.ts';
import type { Plot } from './plots/plot.ts';
import { intervalPlot } from './plots/intervals.ts';
import { queryLengths, rewardHistogram, rewardLadder } from './plots/distributions.ts';
import { recallPlot } from './plots/recallPlot.ts';

/** A part of a report. Where there is a plot, `table` holds the same numbers. */
export interface Section {
  readonly title: string;
  readonly text: readonly string[];
  readonly table?: Table;
  readonly plot?: Plot;
}

/** What a report says, whatever it is written in. */
export interface Report {
  readonly title: string;
  readonly text: readonly string[];
  readonly sections: readonly Section[];
}

/** What is known of a run beside its results. */
export interface ReportContext {
  /** Title of the task. */
  readonly task: string;
  /** When, on what and by which command, a line each. */
  readonly about: readonly string[];
  /** Relevant records that were given away, a topic. */
  readonly seeds: number;
  /** Where it was searched, and what follows from it. */
  readonly traps: readonly string[];
}

/** The report on one or several rewriters of a run. */
export function reportOf(results: readonly EvaluationDocument[], context: ReportContext): Report {
  const documents = withShortNames(results);
  const n = documents[0]?.n ?? 0;
  const sections: (Section | undefined)[] = [
    {
      title: 'Figures',
      text: [
        `Means over ${n} topics (macro), with 95 % bootstrap intervals; near-duplicate topics are drawn together. What fails counts as a failure: 0 wherever there is a figure for it.` +
          (context.seeds > 0
            ? ` ${context.seeds} relevant records a topic were given away; all figures are about the rest.`
            : ''),
      ],
      table: figuresTable(documents),
    },
    plotted('Main figure with its interval', intervalPlot(documents)),
    withoutDoubtful(documents),
    documents.some(({ comparisons }) => comparisons.length > 0)
      ? {
          title: 'Compared',
          text: [
            'Paired on the same topics. p: two-sided paired randomisation test, then corrected after Holm over all pairs of a figure.',
          ],
          table: comparisonTable(documents),
        }
      : undefined,
    Object.keys(documents[0]?.perSource ?? {}).length > 1
      ? { title: 'By source', text: [], table: groupTable(documents, 'source') }
      : undefined,
    Object.keys(documents[0]?.perDatabase ?? {}).length > 1
      ? { title: 'By database', text: [], table: groupTable(documents, 'database') }
      : undefined,
    {
      title: 'Failures',
      text: [
        documents.some(({ failures }) => failures.count > 0)
          ? 'By attempt. Each of them is in the figures above.'
          : 'No attempt failed.',
      ],
      ...(documents.some(({ failures }) => failures.count > 0) ? { table: failureTable(documents) } : {}),
    },
    plotted('Recall against records', recallPlot(documents)),
    plotted('Rewards', rewardHistogram(documents)),
    plotted('Rewards in order', rewardLadder(documents)),
    plotted('Length of queries', queryLengths(documents)),
    { title: 'Every topic', text: [], table: topicTable(documents) },
  ];
  const notes = [...new Set(documents.flatMap((document) => document.notes))];
  if (notes.length + context.traps.length > 0)
    sections.push({ title: 'To be known', text: [...notes, ...context.traps] });
  return {
    title: `${context.task}: ${documents.map(({ rewriter }) => rewriter).join(', ')}`,
    text: context.about,
    sections: sections.filter((section) => section !== undefined),
  };
}

/** Rewriters without the folders of their files, where that still tells them apart; the command has the whole names. */
function withShortNames(documents: readonly EvaluationDocument[]): readonly EvaluationDocument[] {
  const short = (name: string): string =>
    /^[a-z]+:(?!https?:)/iu.test(name) ? name.replace(/:.*[/\\](?=.)/su, ':') : name;
  const names = documents.flatMap(({ rewriter, comparisons }) => [
    rewriter,
    ...comparisons.flatMap(({ a, b }) => [a, b]),
  ]);
  if (new Set(names.map(short)).size < new Set(names).size) return documents;
  return documents.map((document) => ({
    ...document,
    rewriter: short(document.rewriter),
    comparisons: document.comparisons.map((one) => ({ ...one, a: short(one.a), b: short(one.b) })),
  }));
}

function plotted(title: string, plot: Plot | undefined): Section | undefined {
  return plot === undefined ? undefined : { title, text: [plot.description], plot, table: plot.table };
}

function withoutDoubtful(documents: readonly EvaluationDocument[]): Section | undefined {
  const leftOut = documents[0]?.withoutDoubtful?.leftOut ?? [];
  if (leftOut.length === 0) return undefined;
  return {
    title: 'Without doubtful topics',
    text: [`Without ${leftOut.join(' and ')}, whose labels are partly wrong.`],
    table: withoutDoubtfulTable(documents),
  };
}
