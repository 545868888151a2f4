import type { CancellationToken } from 'vscode-languageserver/node';
import { explanationReport, lineTitles } from '@querent/core/features';
import type { Explanation, Finding } from '@querent/core/features';
import { findRule, lintQuery } from '@querent/core/lint';
import { parseQuery, QueryTooLongError } from '@querent/core/pubmed';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { SearchError } from '@querent/core/search';
import { isUnresolvable, resolveLine, resolveText } from '@querent/core/strategy';
import type { StrategyLine } from '@querent/core/strategy';
import type { Problem } from '@querent/core/text';
import { explainMethod, type ExplainParams, type ExplainResult } from '../../protocol.ts';
import type { OpenDocument } from '../documents.ts';
import { reportTo, type Report } from '../progress.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature, Services } from '../services.ts';
import { wireMeasurement } from '../wire.ts';
import { inOrderOfUse } from '@querent/core/text';

/** Searches that one explanation may cost a live database, which somebody else runs. */
const mostLiveSearches = 60;
/** Longest query that is explained, as of proposals. */
const longestQuery = 100_000;

/** What is explained. */
interface Subject {
  readonly document: OpenDocument;
  readonly query: ResolvedQuery;
  readonly title: string;
  readonly text: string;
  /** Lines that belong to it; undefined of a proposal. */
  readonly lines: readonly StrategyLine[] | undefined;
  /** The budget is one of the strategy, not of its blocks. */
  readonly isStrategy: boolean;
}

/** `querent/explain`: what each block and term contributes, which seeds are missed and why, what the rules say. */
export const explain: Feature = {
  register(services) {
    services.connection.onRequest(explainMethod, async (params: ExplainParams, token: CancellationToken) =>
      services.safely<ExplainResult | null>(explainMethod, params?.uri, token, null, async (signal) => {
        const subject = subjectOf(services, params);
        const progress =
          params.workDoneToken === undefined
            ? undefined
            : services.connection.window.attachWorkDoneProgress(params.workDoneToken);
        progress?.begin('Explaining', 0, undefined, true);
        try {
          return await explained(services, subject, signal(), (message) => reportTo(progress, message));
        } catch (error) {
          // Errors of engines are told to the person in their words.
          const isTold = error instanceof SearchError || error instanceof QueryTooLongError;
          throw isTold && !signal().aborted ? new UserFacingError(error.message) : error;
        } finally {
          progress?.done();
        }
      }),
    );
  },
  capabilities: () => ({}),
};

function subjectOf(services: Services, { uri, label, query }: ExplainParams): Subject {
  const document = services.documents.get(uri);
  if (document === undefined) throw new UserFacingError('The strategy is not open any more.');
  if (document.language !== 'pubmed')
    throw new UserFacingError(
      'Explanations know the language of PubMed only, not that of ClinicalTrials.gov.',
    );
  return query === undefined || query === null
    ? lineSubject(document, label)
    : proposalSubject(document, String(query));
}

function lineSubject(document: OpenDocument, label: string | undefined): Subject {
  const { strategy, text } = document;
  const line = label === undefined ? strategy.root : strategy.line(String(label));
  if (line === undefined)
    throw new UserFacingError(
      label === undefined ? 'The document has no query yet.' : `There is no line #${label} (any more).`,
    );
  const query = resolveLine(strategy, line.label);
  if (isUnresolvable(query)) throw new UserFacingError(query.problem);
  const isRoot = line === strategy.root;
  return {
    document,
    query,
    title:
      strategy.lines.length === 1
        ? 'The strategy explained'
        : `Line #${line.label}${isRoot ? ', the strategy,' : ''} explained`,
    text: text.slice(line.queryRange.start, line.queryRange.end),
    lines: reached(document, query),
    isStrategy: isRoot,
  };
}

function proposalSubject(document: OpenDocument, text: string): Subject {
  if (text.length > longestQuery)
    throw new UserFacingError(`The query is longer than ${longestQuery.toLocaleString('en')} characters.`);
  const query = resolveText(text);
  if (isUnresolvable(query)) throw new UserFacingError(query.problem);
  return { document, query, title: 'The proposal explained', text, lines: undefined, isStrategy: true };
}

/** The lines that a query of a line consists of. */
function reached({ strategy }: OpenDocument, query: ResolvedQuery): readonly StrategyLine[] {
  const all = inOrderOfUse(query);
  return strategy.lines.filter(({ label }) => {
    const own = resolveLine(strategy, label);
    return !isUnresolvable(own) && all.has(own);
  });
}

async function explained(
  services: Services,
  subject: Subject,
  signal: AbortSignal,
  report: Report,
): Promise<ExplainResult> {
  const { document, query, title, text } = subject;
  const { measuring } = services;
  const until = document.strategy.frontMatter?.until;
  const limits = { signal, ...(until === undefined ? {} : { until }) };
  report('Measuring the query');
  const engine = await measuring.engine(document);
  signal.throwIfAborted();
  const { ids: seeds, problem: seedsProblem } = measuring.seeds(document);
  const measurement = await measuring.measure(document, query, signal);
  report('Measuring its blocks and terms');
  const { evidenceOf, faultsOf, missedSeeds } = await import('@querent/core/rewriting');
  const evidence = await evidenceOf(query, engine, seeds, { ...limits, mostMeasurements: mostLiveSearches });
  const names = lineTitles(document.strategy);
  const blocks = evidence.map((block) => ({
    ...block,
    name: (block.label === undefined ? undefined : names.get(block.label)) ?? block.name,
  }));
  report('Looking for what the missed seeds lack');
  const missed = await missedSeeds(measurement.missed, blocks, engine, limits);
  signal.throwIfAborted();
  await measuring.thesaurusLoaded(document);
  signal.throwIfAborted();
  const budget = subject.isStrategy ? services.settings().rewrite.budget : Infinity;
  const faults = faultsOf(measurement, evidence, budget);
  const explanation: Explanation = {
    title,
    query: text,
    measurement,
    faults: faults
      // Each term that adds nothing is told where it stands.
      .filter(({ kind }) => kind !== 'adds-nothing')
      .map(({ message, text: part }) => (part === undefined ? message : `${part}: ${message}`)),
    blocks,
    missed,
    findings: findingsOf(services, subject),
    notes: seedsProblem === undefined ? [] : [seedsProblem],
  };
  return {
    title,
    markdown: explanationReport(explanation),
    measurement: wireMeasurement(measurement),
    blocks,
    missedSeeds: missed.map(({ id, title, why }) => ({ id, ...(title === undefined ? {} : { title }), why })),
  };
}

/** What the rules say of the lines that belong to the query, or of a proposal by itself; the gravest first. */
function findingsOf(services: Services, { document, lines, text }: Subject): readonly Finding[] {
  const { thesaurus } = services.measuring.thesaurus(document);
  const { lint: levels } = services.settings();
  if (lines === undefined) {
    const parsed = parseQuery(text);
    return inOrder([...parsed.problems, ...lintQuery(parsed, { levels, thesaurus })]).map((problem) =>
      finding(problem, undefined),
    );
  }
  return inOrder(services.problems.of(document)).flatMap((problem) => {
    const line = lines.find(
      ({ range }) => problem.range.start <= range.end && problem.range.end >= range.start,
    );
    const isNamed = document.strategy.lines.length > 1;
    return line === undefined ? [] : [finding(problem, isNamed ? `line #${line.label}` : undefined)];
  });
}

const severities = ['error', 'warning', 'information', 'hint'];

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

function finding({ rule, message, severity }: Problem, place: string | undefined): Finding {
  const press = findRule(rule)?.press;
  return {
    rule,
    message,
    severity,
    ...(place === undefined ? {} : { place }),
    ...(press === undefined ? {} : { press }),
  };
}
