import { basename } from 'node:path';
import { answeredProblems, atLevels, judgeStrategy, measuredProblems } from '@querent/core/lint';
import type { AnsweredLine, MeasuredLine } from '@querent/core/lint';
import type { Thesaurus } from '@querent/core/mesh';
import type { SearchEngine } from '@querent/core/search';
import type { Problem, Range } from '@querent/core/text';
import type { WorkerEngine } from '../library/workerEngine.ts';
import type { Settings } from '../protocol.ts';
import type { StrategyInsights, StrategyMeasuring } from '../measuring/index.ts';
import type { AnsweredLines, CountKeeper } from './countKeeper.ts';
import type { OpenDocument } from './documents.ts';

interface Judged {
  readonly levels: Settings['lint'];
  readonly thesaurus: Thesaurus | undefined;
  readonly measured: readonly MeasuredLine[] | undefined;
  readonly answered: AnsweredLines | undefined;
  readonly problems: readonly Problem[];
}

/** Everything that is wrong with a document: what the text says by itself, and what the files it names say. */
export class ProblemFinder {
  readonly #measuring: StrategyMeasuring;
  readonly #insights: StrategyInsights;
  readonly #counts: CountKeeper;
  readonly #settings: () => Settings;
  /** Problems of the text, which change only with the text, the levels of rules, MeSH, and what is known of what it finds. */
  readonly #known = new WeakMap<OpenDocument, Judged>();

  constructor(
    measuring: StrategyMeasuring,
    insights: StrategyInsights,
    counts: CountKeeper,
    settings: () => Settings,
  ) {
    this.#measuring = measuring;
    this.#insights = insights;
    this.#counts = counts;
    this.#settings = settings;
  }

  /** Problems by place, the worst first. */
  of(document: OpenDocument): readonly Problem[] {
    const outside = atLevels(this.#ofFiles(document), this.#settings().lint);
    return outside.length === 0 ? this.#ofText(document) : [...outside, ...this.#ofText(document)];
  }

  #ofText(document: OpenDocument): readonly Problem[] {
    const { lint: levels } = this.#settings();
    const { thesaurus } = this.#measuring.thesaurus(document);
    const known = this.#known.get(document);
    const lines = this.#insights.lines(document);
    const answered = this.#counts.answered(document);
    // Also what another document had asked before: it is known at once, and no answer comes in.
    if (answered !== undefined) void this.#counts.note(document.uri, answered);
    if (
      known?.levels === levels &&
      known.thesaurus === thesaurus &&
      known.measured === lines &&
      areSame(known.answered, answered)
    )
      return known.problems;
    const { language, strategy } = document;
    const problems = judgeStrategy(strategy, {
      levels,
      thesaurus,
      language,
      measured: lines && measuredProblems(strategy, lines),
      answered: answered && {
        problems: answeredProblems(strategy, answered.lines, { thesaurus }),
        isAll: answered.isAll,
      },
    });
    this.#known.set(document, { levels, thesaurus, measured: lines, answered, problems });
    return problems;
  }

  #ofFiles(document: OpenDocument): Problem[] {
    const { frontMatter } = document.strategy;
    if (frontMatter === undefined) return [];
    const { database, seeds } = frontMatter.valueRanges;
    const problems: Problem[] = [];
    if (database !== undefined) {
      const state = this.#measuring.engineState(document);
      if (state.kind === 'error')
        problems.push(problem('database-unusable', 'error', state.message, database));
      else if (state.kind === 'ready') {
        const message = unreadRecords(state.engine);
        if (message !== undefined)
          problems.push(problem('database-incomplete', 'warning', message, database));
      }
    }
    if (seeds !== undefined) {
      const message = this.#measuring.seeds(document).problem;
      if (message !== undefined) problems.push(problem('seeds-unusable', 'warning', message, seeds));
    }
    return problems;
  }
}

/** Whether the same was answered about a text before. */
function areSame(one: Judged['answered'], other: Judged['answered']): boolean {
  if (one === undefined || other === undefined) return one === other;
  const isSame = (line: AnsweredLine, i: number): boolean => {
    const there = other.lines[i];
    return (
      there?.label === line.label &&
      there.measurement === line.measurement &&
      there.previous?.at === line.previous?.at
    );
  };
  return one.isAll === other.isAll && one.lines.length === other.lines.length && one.lines.every(isSame);
}

/** What to say of an engine that could not read all of its records: every number it gives is without them. */
function unreadRecords(engine: SearchEngine & Partial<Pick<WorkerEngine, 'rejected'>>): string | undefined {
  const { rejected = [] } = engine;
  const [first] = rejected;
  if (first === undefined) return undefined;
  const count = rejected.length === 1 ? '1 record' : `${rejected.length} records`;
  const place = first.line > 0 ? `line ${first.line}` : 'the file';
  return `${count} could not be read and ${rejected.length === 1 ? 'is' : 'are'} missing from all numbers; the first, in ${place} of ${basename(first.file)}: ${first.reason}`;
}

function problem(rule: string, severity: Problem['severity'], message: string, range: Range): Problem {
  return { rule, severity, message, range };
}
