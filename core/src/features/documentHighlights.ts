import type { QueryNode } from '../pubmed/index.ts';
import { nodesOf, printQuery } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { lineNameAt, lineNames } from './lineNames.ts';
import { locate } from './locate.ts';

/** A place to highlight: `write` for a line's own number, `read` for references to it, `text` for equal terms. */
export interface Highlight {
  readonly range: Range;
  readonly kind: 'read' | 'write' | 'text';
}

/** Highlights for the line name or the term at `offset`: everything that names the same line, or is the same term. */
export function documentHighlights(document: StrategyDocument, offset: number): Highlight[] {
  const name = lineNameAt(document, offset);
  if (name)
    return lineNames(document, name.label).map(({ range, isDeclaration }) => ({
      range,
      kind: isDeclaration ? 'write' : 'read',
    }));
  const place = locate(document, offset);
  if ((place?.kind !== 'node' && place?.kind !== 'tag') || place.node.kind !== 'term') return [];
  const wanted = identity(place.node);
  return document.lines
    .flatMap((line) => [...nodesOf(line.query.root)])
    .filter((node) => node.kind === 'term' && identity(node) === wanted)
    .map(({ range }) => ({ range, kind: 'text' }));
}

function identity(node: QueryNode): string {
  return printQuery(node).toLowerCase();
}
