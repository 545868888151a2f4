import type { Thesaurus } from '../mesh/index.ts';
import type { QueryNode } from '../pubmed/index.ts';
import { frontMatterKeys } from '../strategy/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { describePart, describeUse } from './hoverContribution.ts';
import { describeFacets } from './hoverFacets.ts';
import { describeGrouping, describeOperator } from './hoverOperator.ts';
import { describeOwnTranslation } from './hoverOwnTranslation.ts';
import { describeField, describeTag } from './hoverTag.ts';
import { describeTerm } from './hoverTerm.ts';
import type { Insights } from './insights.ts';
import type { Located } from './locate.ts';
import { locate, partQuery } from './locate.ts';
import { describeMeasurement } from './measurementMarkdown.ts';
import type { Measurements, MeasurementView } from './measurementView.ts';
import { code, idList } from './wording.ts';

/** A hover: Markdown, and the part of the text that it speaks of. */
export interface Hover {
  readonly markdown: string;
  readonly range: Range;
}

/** What hovers draw on besides the document; both may be absent. */
export interface HoverContext {
  readonly measurements?: Measurements;
  readonly insights?: Insights;
  readonly thesaurus?: Thesaurus;
  /** Whether a thesaurus is to come. */
  readonly thesaurusLoading?: boolean;
}

/**
 * What can be told about the thing at `offset`: numbers of a line, a term with its field and heading, a referenced line, a
 * tag, a key of the front matter. Undefined where there is nothing to tell. Never waits for a search.
 */
export function hover(
  document: StrategyDocument,
  offset: number,
  context: HoverContext = {},
): Hover | undefined {
  const place = locate(document, offset);
  const parts = place && describe(document, place, context).filter((part) => part !== '');
  return parts && parts.length > 0 ? { markdown: parts.join('\n\n'), range: place.range } : undefined;
}

/** The part of the query under `offset` that a hover would like measured; undefined when there is none. */
export function queryAt(document: StrategyDocument, offset: number): ReturnType<typeof partQuery> {
  const place = locate(document, offset);
  if (place?.kind === 'node' || place?.kind === 'tag') return partQuery(document, place.node);
  if (place?.kind === 'operator') return partQuery(document, place.chain);
  if (place?.kind === 'line') return place.line.query.root && partQuery(document, place.line.query.root);
  return undefined;
}

function describe(document: StrategyDocument, place: Located, context: HoverContext): string[] {
  switch (place.kind) {
    case 'frontMatter':
      return frontMatter(document, place, context);
    case 'line':
      return describeLine(document, place.line, context);
    case 'tag':
      return [describeTag(place.tag), ...describeField(place.tag), ...numbers(document, place, context)];
    case 'operator':
      return [
        ...describeOperator(place.chain, place.operator.operator),
        ...numbers(document, { line: place.line, node: place.chain }, context),
      ];
    case 'node':
      return node(document, place, context);
  }
}

/** A part of a line. */
interface LinePart {
  readonly line: StrategyLine;
  readonly node: QueryNode;
}

function node(document: StrategyDocument, place: LinePart, context: HoverContext): string[] {
  const { node: at } = place;
  switch (at.kind) {
    case 'term':
    case 'range': {
      const measured = viewOf(document, at, context);
      return [
        ...describeTerm(at, {
          thesaurus: context.thesaurus,
          loading: context.thesaurusLoading ?? false,
          ...(measured === undefined ? {} : { measured }),
          ...(context.measurements === undefined
            ? {}
            : { line: context.measurements.line(place.line.label) }),
        }),
        ...numbers(document, place, context),
      ];
    }
    case 'reference': {
      const line = document.line(at.label);
      return line
        ? describeLine(document, line, context, describePart(place.line, at.range, context.insights))
        : [`**Line #${at.label}** does not exist in this document.`];
    }
    case 'group':
    case 'chain':
      return [
        code(textOf(document, at.range)),
        ...describeGrouping(at),
        ...numbers(document, place, context),
      ];
  }
}

function describeLine(
  document: StrategyDocument,
  line: StrategyLine,
  context: HoverContext,
  use = describeUse(document, line, context.insights),
): string[] {
  const isRoot = document.root === line && document.lines.length > 1;
  const { root } = line.query;
  return [
    `**Line #${line.label}**${isRoot ? ' — the strategy' : ''}`,
    root ? code(textOf(document, line.queryRange)) : 'This line holds no query yet.',
    ...(root ? describeGrouping(root) : []),
    ...(root && context.measurements
      ? describeMeasurement(context.measurements.line(line.label), [
          ...use,
          ...facetsOf(document, root, context),
          ...describeOwnTranslation(document, root, context.measurements.line(line.label), context.thesaurus),
        ])
      : []),
  ];
}

function textOf(document: StrategyDocument, range: Range): string {
  return document.text.slice(range.start, range.end);
}

function viewOf(
  document: StrategyDocument,
  at: QueryNode,
  { measurements }: HoverContext,
): MeasurementView | undefined {
  const query = measurements && partQuery(document, at);
  return query && measurements.query(query);
}

function numbers(document: StrategyDocument, { line, node: at }: LinePart, context: HoverContext): string[] {
  const view = viewOf(document, at, context);
  // That there is no database is told once, with the line, and not with every word of it.
  if (view === undefined || view.kind === 'none') return [];
  const isBlock = at.kind === 'chain' || at.kind === 'group';
  const more = [
    ...describePart(line, at.range, context.insights),
    ...(isBlock ? facetsOf(document, at, context) : []),
    ...(isBlock ? describeOwnTranslation(document, at, view, context.thesaurus) : []),
  ];
  return ['---', ...describeMeasurement(view, more)];
}

function facetsOf(document: StrategyDocument, at: QueryNode, { insights }: HoverContext): string[] {
  const query = insights && partQuery(document, at);
  return query === undefined ? [] : describeFacets(insights?.facets(query));
}

/** What a hover at `offset` would like described: nothing for single terms, whose hovers are long enough. */
export function describedAt(document: StrategyDocument, offset: number): ReturnType<typeof partQuery> {
  const place = locate(document, offset);
  if (place?.kind === 'operator') return partQuery(document, place.chain);
  const line =
    place?.kind === 'line'
      ? place.line
      : place?.kind === 'node' && place.node.kind === 'reference'
        ? document.line(place.node.label)
        : undefined;
  if (line !== undefined) return line.query.root && partQuery(document, line.query.root);
  const isBlock = place?.kind === 'node' && (place.node.kind === 'group' || place.node.kind === 'chain');
  return isBlock ? partQuery(document, place.node) : undefined;
}

function frontMatter(
  document: StrategyDocument,
  place: Extract<Located, { kind: 'frontMatter' }>,
  { measurements }: HoverContext,
): string[] {
  if (place.key === undefined) return [];
  const parts = [`**${place.key}** — ${frontMatterKeys[place.key] ?? ''}`];
  if (place.key !== 'seeds') return parts;
  const { seeds, seedsFile } = place.frontMatter;
  if (seeds) parts.push(seeds.length === 1 ? '1 seed.' : `${seeds.length} seeds.`);
  else if (seedsFile !== undefined) parts.push(`Read from ${code(seedsFile)}.`);
  if (!document.root || !measurements) return parts;
  const view = measurements.line(document.root.label);
  if (view.kind !== 'done') return [...parts, ...describeMeasurement(view)];
  const { found, missed } = view.measurement;
  if (missed.length > 0) parts.push(`Missed by the strategy: ${idList(missed, 50)}`);
  else if (found.length > 0) parts.push('The strategy finds all of them.');
  if (found.length > 0) parts.push(`Found: ${idList(found, 50)}`);
  return parts;
}
