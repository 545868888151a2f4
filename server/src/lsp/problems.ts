import { collectProblems, type LineLinter } from '@querent/core/features';
import type { Problem, Range } from '@querent/core/text';
import type { Settings } from '../protocol.ts';
import type { StrategyMeasuring } from '../measuring/index.ts';
import type { OpenDocument } from './documents.ts';

/** Everything that is wrong with a document: what the text says by itself, and what the files it names say. */
export class ProblemFinder {
  readonly #measuring: StrategyMeasuring;
  readonly #settings: () => Settings;
  /** Problems of the text, which cannot change while the text and the settings do not. */
  readonly #known = new WeakMap<
    OpenDocument,
    { readonly lint: Settings['lint']; readonly problems: readonly Problem[] }
  >();

  constructor(measuring: StrategyMeasuring, settings: () => Settings) {
    this.#measuring = measuring;
    this.#settings = settings;
  }

  /** Problems by place, the worst first. */
  of(document: OpenDocument): readonly Problem[] {
    const outside = this.#ofFiles(document);
    return outside.length === 0 ? this.#ofText(document) : [...outside, ...this.#ofText(document)];
  }

  #ofText(document: OpenDocument): readonly Problem[] {
    const { lint } = this.#settings();
    const known = this.#known.get(document);
    if (known?.lint === lint) return known.problems;
    const problems = collectProblems(document.strategy, linter(lint));
    this.#known.set(document, { lint, problems });
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
    }
    if (seeds !== undefined) {
      const message = this.#measuring.seeds(document).problem;
      if (message !== undefined) problems.push(problem('seeds-unusable', 'warning', message, seeds));
    }
    return problems;
  }
}

function problem(rule: string, severity: Problem['severity'], message: string, range: Range): Problem {
  return { rule, severity, message, range };
}

function linter(_levels: Settings['lint']): LineLinter | undefined {
  return undefined;
}
