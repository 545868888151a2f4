import { fBeta, precision, recall } from '@querent/core/metrics';

/** What one query did for one topic. */
export interface TopicFigures {
  readonly topic: string;
  /** 0..1. */
  readonly recall: number;
  /** 0..1; 0 where nothing was found, as the published figures count it. */
  readonly precision: number;
  readonly f3: number;
  /** Records found. */
  readonly records: number;
  readonly query: string;
  /** Why there is no figure: the query could not be made or asked. Counts as 0 everywhere. */
  readonly error?: string;
}

/** The figures of a query that found `found` of `relevant` records among `records`. */
export function figuresOf(
  topic: string,
  query: string,
  found: number,
  relevant: number,
  records: number,
): TopicFigures {
  const r = recall(found, relevant) ?? 0;
  const p = precision(found, records) ?? 0;
  return { topic, query, recall: r, precision: p, f3: fBeta(p, r, 3), records };
}

/** Means over topics (macro) and the median number of records. */
export interface MacroFigures {
  readonly topics: number;
  readonly recall: number;
  readonly precision: number;
  readonly f3: number;
  readonly medianRecords: number;
}

/** Macro figures over `topics`. */
export function macro(topics: readonly TopicFigures[]): MacroFigures {
  const mean = (of: (figures: TopicFigures) => number): number =>
    topics.reduce((sum, figures) => sum + of(figures), 0) / Math.max(1, topics.length);
  return {
    topics: topics.length,
    recall: mean((figures) => figures.recall),
    precision: mean((figures) => figures.precision),
    f3: mean((figures) => figures.f3),
    medianRecords: median(topics.map(({ records }) => records)),
  };
}

/** The middle value; of an even number the mean of the two middle ones. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
