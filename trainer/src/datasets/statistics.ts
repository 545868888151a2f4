import type { Distribution } from './distribution.ts';
import { distribution } from './distribution.ts';
import { grouped } from '../grouped.ts';
import { labelsOf } from './labels.ts';
import type { Topic } from './topic.ts';

/** What statistics are made of: a topic, and its prompt where there is one. */
export interface CountedTopic {
  readonly topic: Topic;
  /** Name of the part: `train`, or the file's name. */
  readonly part: string;
  /** The whole prompt; undefined for topics that are no rows yet. */
  readonly prompt?: string;
}

/** Figures of some topics. */
export interface TopicFigures {
  readonly topics: number;
  /** By task. */
  readonly tasks: Readonly<Record<string, number>>;
  /** Relevant records per topic, of the topics of tasks that know records. */
  readonly relevant: Distribution;
  /** Share of those topics with a single relevant record, 0..1: their recall is 0 or 1. */
  readonly withOne: number | null;
  /** Distinct relevant records. */
  readonly records: number;
  /** First and last search date, topics without one, and topics dated January 1 (see docs/datasets.md). */
  readonly dates: {
    readonly first: string | null;
    readonly last: string | null;
    readonly without: number;
    readonly january1: number;
  };
  readonly promptCharacters: Distribution;
  readonly promptWords: Distribution;
  /** Relevant records that the library does not hold, and topics none of whose records it holds; null without a library. */
  readonly unknown: { readonly records: number; readonly topicsWithoutAny: number } | null;
}

/** Figures of all topics, by part, and by part and source. */
export interface DatasetStatistics {
  readonly all: TopicFigures;
  readonly parts: readonly {
    readonly name: string;
    readonly figures: TopicFigures;
    readonly sources: readonly { readonly name: string; readonly figures: TopicFigures }[];
  }[];
}

/** @param isKnown whether the library holds a record; undefined without a library. */
export function statisticsOf(
  topics: readonly CountedTopic[],
  isKnown?: (id: string) => boolean,
): DatasetStatistics {
  const by = (of: readonly CountedTopic[], key: (each: CountedTopic) => string) =>
    [...grouped(of, key)].map(([name, members]) => ({ name, members }));
  return {
    all: figuresOf(topics, isKnown),
    parts: by(topics, ({ part }) => part).map(({ name, members }) => ({
      name,
      figures: figuresOf(members, isKnown),
      sources: by(members, ({ topic }) => topic.source).map((source) => ({
        name: source.name,
        figures: figuresOf(source.members, isKnown),
      })),
    })),
  };
}

function figuresOf(counted: readonly CountedTopic[], isKnown?: (id: string) => boolean): TopicFigures {
  const labels = counted.map(({ topic }) => labelsOf(topic)).filter(({ length }) => length > 0);
  const records = new Set(labels.flat());
  const dates = counted.flatMap(({ topic: { until } }) => (until === undefined ? [] : [until])).sort();
  const prompts = counted.flatMap(({ prompt }) => (prompt === undefined ? [] : [prompt]));
  const tasks: Record<string, number> = {};
  for (const { topic } of counted) tasks[topic.task] = (tasks[topic.task] ?? 0) + 1;
  const recordOf = (label: string): string => label.slice(label.indexOf('\u0000') + 1);
  const known = isKnown && ((label: string) => isKnown(recordOf(label)));
  return {
    topics: counted.length,
    tasks,
    relevant: distribution(labels.map(({ length }) => length)),
    withOne: labels.length === 0 ? null : labels.filter(({ length }) => length === 1).length / labels.length,
    records: records.size,
    dates: {
      first: dates[0] ?? null,
      last: dates.at(-1) ?? null,
      without: counted.length - dates.length,
      january1: dates.filter((day) => day.endsWith('-01-01')).length,
    },
    promptCharacters: distribution(prompts.map(({ length }) => length)),
    promptWords: distribution(
      prompts.map((prompt) => prompt.split(/\s+/).filter((word) => word !== '').length),
    ),
    unknown:
      known === undefined
        ? null
        : {
            records: [...records].filter((label) => !known(label)).length,
            topicsWithoutAny: labels.filter((ids) => !ids.some(known)).length,
          },
  };
}

/** The statistics in words. */
export function statisticsText({ all, parts }: DatasetStatistics): string {
  const lines = section('all', all, '');
  for (const { name, figures, sources } of parts) {
    lines.push(...section(name, figures, ''));
    if (sources.length > 1)
      for (const source of sources) lines.push(...section(source.name, source.figures, '  '));
  }
  return `${lines.join('\n')}\n`;
}

function section(name: string, figures: TopicFigures, indent: string): string[] {
  const { topics, tasks, relevant, withOne, records, dates, promptCharacters, promptWords, unknown } =
    figures;
  const lines = [
    `${name}: ${topics} topics (${Object.entries(tasks)
      .map(([task, n]) => `${task} ${n}`)
      .join(', ')})`,
  ];
  const row = (label: string, text: string): void => void lines.push(`  ${label.padEnd(20)} ${text}`);
  if (relevant.count > 0) {
    row('relevant per topic', spread(relevant));
    row('with a single one', `${(100 * (withOne ?? 0)).toFixed(1)} %`);
    row('distinct records', String(records));
  }
  if (unknown !== null)
    row(
      'not in the library',
      `${unknown.records} records; ${unknown.topicsWithoutAny} topics without any that is`,
    );
  if (dates.first !== null)
    row(
      'search dates',
      `${dates.first} to ${dates.last}; ${dates.without} without; ${dates.january1} on January 1`,
    );
  if (promptCharacters.count > 0) {
    row('prompt, characters', spread(promptCharacters));
    row('prompt, words', spread(promptWords));
  }
  return lines.map((line) => `${indent}${line}`);
}

function spread({
  mean = 0,
  median = 0,
  lowerQuartile = 0,
  upperQuartile = 0,
  max = 0,
}: Distribution): string {
  const short = (x: number): string => String(Math.round(10 * x) / 10);
  return `mean ${short(mean)}, median ${short(median)} (quartiles ${short(lowerQuartile)} to ${short(upperQuartile)}), most ${short(max)}`;
}
