import type { RecordsEngine } from '@querent/core/connectors';
import { ExpressionTooLongError, writeExpression } from '@querent/core/ctgov';
import type { ExpressionNode, ResolvedExpression } from '@querent/core/ctgov';
import { SearchError } from '@querent/core/search';
import type {
  CountResult,
  SearchEngine,
  SearchOptions,
  SearchQuery,
  SearchWarning,
} from '@querent/core/search';
import type { ResolvedQuery } from '@querent/core/pubmed';

/** An expression is written out at most so long before it is translated, in characters. */
const LONGEST = 100_000;
const wrapped = new WeakMap<SearchEngine<SearchQuery>, SearchEngine<ResolvedExpression>>();

/**
 * A library of trial records that is asked in expressions of ClinicalTrials.gov: they are translated as far as records in a library can answer
 * them (`translateExpression`), and what they cannot mean there is a warning or an error of the line. The same library gives the same engine.
 */
export function trialsInLibrary(library: SearchEngine<SearchQuery>): SearchEngine<ResolvedExpression> {
  let engine = wrapped.get(library);
  if (engine === undefined) wrapped.set(library, (engine = wrap(library)));
  return engine;
}

function wrap(library: SearchEngine & Partial<RecordsEngine>): SearchEngine<ResolvedExpression> {
  const warned = <Result extends CountResult>(
    result: Result,
    warnings: readonly SearchWarning[],
  ): Result => ({
    ...result,
    warnings: [...warnings, ...result.warnings],
  });
  const { allIds, fetchRecords } = library;
  const engine: SearchEngine<ResolvedExpression> & Partial<RecordsEngine<ResolvedExpression>> = {
    id: library.id,
    label: library.label,
    ...(library.size === undefined ? {} : { size: library.size }),
    count: async (expression, options) => {
      const { query, warnings } = await translated(expression);
      return warned(await library.count(query, options), warnings);
    },
    search: async (expression, options) => {
      const { query, warnings } = await translated(expression);
      return warned(await library.search(query, options), warnings);
    },
    matching: async (expression, ids, options) =>
      library.matching((await translated(expression)).query, ids, options),
    summaries: (ids, options) => library.summaries(ids, options),
    close: () => library.close(),
    // Records that could not be read are missing from these numbers, too.
    ...('rejected' in library ? { rejected: library.rejected } : {}),
    ...(allIds === undefined
      ? {}
      : {
          async *allIds(expression: ResolvedExpression, options?: SearchOptions) {
            yield* allIds.call(library, (await translated(expression)).query, options);
          },
        }),
    ...(fetchRecords === undefined
      ? {}
      : {
          fetchRecords: (ids: readonly string[], options?: SearchOptions) =>
            fetchRecords.call(library, ids, options),
        }),
  };
  return engine;
}

interface Translated {
  readonly query: ResolvedQuery;
  readonly warnings: readonly SearchWarning[];
}

/** @throws SearchError `rejected` for what ClinicalTrials.gov would refuse as well, `unsupported` for what a library cannot tell */
async function translated(expression: ResolvedExpression): Promise<Translated> {
  const { translateExpression } = await import('@querent/core/tasks');
  try {
    // Known to be of a sensible size before it is built.
    writeExpression(expression, LONGEST);
    const translation = translateExpression(inlined(expression));
    if ('problem' in translation) throw new SearchError('rejected', translation.problem);
    return translation;
  } catch (error) {
    if (error instanceof ExpressionTooLongError || error instanceof RangeError)
      throw new SearchError(
        'unsupported',
        'With its line references written out the expression is too long, or nested too deeply, for a library. Use fewer references.',
        false,
        error,
      );
    throw error;
  }
}

/** The tree with other lines, as groups, in the places of their references. */
function inlined({ root, references }: ResolvedExpression): ExpressionNode {
  const write = (node: ExpressionNode): ExpressionNode => {
    switch (node.kind) {
      case 'reference': {
        const target = references.get(node.label);
        return target === undefined ? node : { kind: 'group', range: node.range, inner: inlined(target) };
      }
      case 'and':
      case 'or':
        return { ...node, operands: node.operands.map(write) };
      case 'not':
      case 'context':
        return node.operand === undefined ? node : { ...node, operand: write(node.operand) };
      case 'group':
        return node.inner === undefined ? node : { ...node, inner: write(node.inner) };
      default:
        return node;
    }
  };
  return write(root);
}
