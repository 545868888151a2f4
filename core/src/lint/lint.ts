import type { ParsedQuery } from '../pubmed/index.ts';
import { searchLanguage } from '../strategy/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Problem, Severity } from '../text/index.ts';
import { allLevels, findRule, levelOf, ruleCatalogue, severityOf } from './catalogue.ts';
import { factsOf } from './facts.ts';
import { families } from './families.ts';
import type { LintContext, Report } from './family.ts';
import { beginNotes, remembering } from './memory.ts';
import { liveRules, withoutToldBefore } from './live/index.ts';
import { measuredRules, withoutTold } from './measured.ts';
import { Suppressions } from './suppression.ts';
import { judgeExpressions } from './trials.ts';

/** More findings than this in one query help nobody. */
const MAXIMUM_FINDINGS = 1000;

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/**
 * Judges one query: everything that is allowed and still doubtful. Syntax problems are in `query.problems` and are not
 * repeated. In the order of the text; comments inside the query can switch rules off.
 */
export function lintQuery(query: ParsedQuery, context: LintContext = {}): readonly Problem[] {
  const problems = findings(query, context);
  if (problems.length === 0 || !query.text.includes('//')) return problems;
  const comments = query.tokens
    .filter(({ kind }) => kind === 'comment')
    .map(({ start, end }) => ({
      range: { start: start - query.offset, end: end - query.offset },
      text: query.text.slice(start - query.offset, end - query.offset),
    }));
  if (comments.length === 0) return problems;
  const suppressions = new Suppressions(query.text, comments);
  return problems.filter((problem) => {
    const { start, end } = problem.range;
    return !suppressions.has({ ...problem, range: { start: start - query.offset, end: end - query.offset } });
  });
}

/**
 * Everything that is wrong or doubtful in a strategy: front matter, lines and references, syntax, and what the rules find. Levels of
 * `context` and comments in the document apply to all of them alike. Sorted by place, the worst first; the same problem is told
 * once. Lines of ClinicalTrials.gov expressions are judged in their own language.
 */
export function judgeStrategy(document: StrategyDocument, given: LintContext = {}): readonly Problem[] {
  const context: LintContext = { ...given, searchDate: given.searchDate ?? document.frontMatter?.until };
  const { levels } = context;
  const isPubmed = context.language !== 'ctgov' && searchLanguage(document) !== 'ctgov';
  const all = atLevels(document.problems, levels);
  if (!isPubmed) all.push(...atLevels(judgeExpressions(document), levels));
  else {
    const check = (query: ParsedQuery): readonly Problem[] => judgeQuery(query, context);
    beginNotes(document, context).forEach((notes, index) => {
      const query = document.lines[index]?.query;
      if (query !== undefined) for (const problem of remembering(query, notes, check)) all.push(problem);
    });
  }
  const report = collectInto(all, context, all.length + MAXIMUM_FINDINGS);
  if (isPubmed) for (const family of families) family.checkStrategy?.(document, report, context);
  if (isPubmed) all.push(...atLevels(withoutTold(context.measured ?? [], all), levels));
  all.push(...atLevels(withoutToldBefore(context.answered?.problems ?? [], all), levels));
  const suppressions = new Suppressions(document.text, document.comments);
  return ofStrategy(unique(suppressions.isEmpty ? all : unsuppressed(all, suppressions, context)), document);
}

/** What stands beside the advice to convert a strategy of Ovid. */
const ABOUT_OVID = /^(?:ovid-strategy$|foreign-syntax$|front-matter-|seeds-|database-|not-utf8$)/;

/**
 * A strategy of Ovid is converted, not mended: what PubMed would make of its words helps nobody before that. A single line may be
 * one of PubMed's with a slip in it, and is judged like any other.
 */
function ofStrategy(problems: readonly Problem[], { text }: StrategyDocument): readonly Problem[] {
  const isOvid = /[\n\r]/.test(text.trim()) && problems.some(({ rule }) => rule === 'ovid-strategy');
  return isOvid ? problems.filter(({ rule }) => ABOUT_OVID.test(rule)) : problems;
}

function unsuppressed(
  problems: readonly Problem[],
  suppressions: Suppressions,
  context: LintContext,
): Problem[] {
  const left = problems.filter((problem) => !suppressions.has(problem));
  const about: Problem[] = [];
  suppressions.check(
    (rule) => (needsMeasuring(rule, context) ? 'off' : findRule(rule) && levelOf(rule, context.levels)),
    ruleCatalogue.map(({ id }) => id),
    collectInto(about, context, MAXIMUM_FINDINGS),
  );
  for (const problem of about) if (!suppressions.has(problem)) left.push(problem);
  return left;
}

/** Whether it is not known what the rule says: a comment that switches it off may well be needed. */
function needsMeasuring(rule: string, { measured, answered }: LintContext): boolean {
  const isAnswered = answered?.isAll === true;
  if (liveRules.some(({ id }) => id === rule)) return !isAnswered;
  if (!measuredRules.some(({ id }) => id === rule)) return false;
  return measured === undefined && !(isAnswered && rule === 'block-loses-seeds');
}

/** Problems by place, the worst first, each once. */
function unique(problems: Problem[]): readonly Problem[] {
  problems.sort(
    (a, b) =>
      a.range.start - b.range.start || RANK[a.severity] - RANK[b.severity] || a.range.end - b.range.end,
  );
  return problems.filter(({ range, rule, message }, index) => {
    for (let i = index - 1; problems[i]?.range.start === range.start; i--) {
      const other = problems[i];
      if (other?.rule === rule && other.range.end === range.end && other.message === message) return false;
    }
    return true;
  });
}

/** `problems` at the levels of the settings, without those that are switched off. */
export function atLevels(problems: readonly Problem[], levels: LintContext['levels']): Problem[] {
  return problems.flatMap((problem) => {
    const severity = severityOf(problem.rule, problem.severity, levels);
    if (severity === 'off') return [];
    return severity === problem.severity ? problem : { ...problem, severity };
  });
}

/** Syntax and findings of one query. */
function judgeQuery(query: ParsedQuery, context: LintContext): readonly Problem[] {
  const found = findings(query, context);
  if (query.problems.length === 0) return found;
  return withoutEchoes([...atLevels(query.problems, context.levels), ...found]);
}

function findings(query: ParsedQuery, context: LintContext): readonly Problem[] {
  const problems: Problem[] = [];
  const report = collectInto(problems, context, MAXIMUM_FINDINGS);
  const facts = factsOf(query);
  for (const family of families) family.checkQuery?.(facts, report, context);
  return withoutEchoes(problems).sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

/** What another platform's syntax looks like to other rules; said once is enough. */
const ECHOES = new Set(['missing-tag', 'implicit-and', 'mixed-operators', 'unnecessary-parentheses']);
/** Rules about text that is no part of PubMed's language: whatever else is found within it is made of it. */
const FOREIGN = new Set(['foreign-syntax', 'pasted-text']);

function withoutEchoes(problems: readonly Problem[]): Problem[] {
  const foreign = problems.filter(({ rule }) => FOREIGN.has(rule)).slice(0, 100);
  if (foreign.length === 0) return [...problems];
  return problems.filter(
    ({ rule, range }) =>
      FOREIGN.has(rule) ||
      !foreign.some((other) =>
        other.rule === 'foreign-syntax' && ECHOES.has(rule)
          ? other.range.start <= range.end && range.start <= other.range.end
          : other.range.start <= range.start && range.end <= other.range.end && range.end > range.start,
      ),
  );
}

/** A `Report` that collects problems into `problems`, up to `maximum`. */
function collectInto(problems: Problem[], { levels }: LintContext, maximum: number): Report {
  const levelsById = allLevels(levels);
  return (rule, range, message, fixes) => {
    const severity = levelsById.get(rule) ?? 'warning';
    if (severity === 'off' || problems.length >= maximum) return;
    problems.push(
      fixes === undefined || fixes.length === 0
        ? { rule, severity, message, range }
        : { rule, severity, message, range, fixes },
    );
  };
}
