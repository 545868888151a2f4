import type { Token } from '../pubmed/index.ts';
import { findField, nodesOf } from '../pubmed/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';

/** Types of semantic tokens; the index is what crosses the wire. */
export const tokenTypes = [
  'label',
  'reference',
  'fieldTag',
  'heading',
  'phrase',
  'wildcard',
  'operator',
  'term',
] as const;

export type TokenType = (typeof tokenTypes)[number];

/** A coloured piece of text; on one physical line, and no two overlap. */
export interface SemanticToken extends Range {
  readonly type: TokenType;
}

/** The tokens of the document, or of the lines that touch `range`; sorted by place. */
export function semanticTokens(document: StrategyDocument, range?: Range): SemanticToken[] {
  const result: SemanticToken[] = [];
  for (const line of document.lines) {
    if (range && (line.range.end < range.start || line.range.start > range.end)) continue;
    if (line.numbered) result.push({ type: 'label', ...line.labelRange });
    pushQuery(line, result);
  }
  return result;
}

function pushQuery(line: StrategyLine, into: SemanticToken[]): void {
  const { tokens, text, offset, root } = line.query;
  const headings = [...nodesOf(root)].filter((node) => node.kind === 'term' && isHeading(node.tag?.field));
  let next = 0;
  for (const token of tokens) {
    while ((headings[next]?.range.end ?? Infinity) <= token.start) next++;
    const inHeading = (headings[next]?.range.start ?? Infinity) <= token.start;
    const type = typeOf(token, inHeading);
    if (type === undefined) continue;
    const written = text.slice(token.start - offset, token.end - offset);
    if (token.kind === 'word' || token.kind === 'phrase') pushText(written, token.start, type, into);
    else pushPieces(written, token.start, type, into);
  }
}

function isHeading(field: string | undefined): boolean {
  return field !== undefined && findField(field)?.mesh === true;
}

function typeOf({ kind }: Token, inHeading: boolean): TokenType | undefined {
  switch (kind) {
    case 'word':
      return inHeading ? 'heading' : 'term';
    case 'phrase':
      return inHeading ? 'heading' : 'phrase';
    case 'tag':
      return 'fieldTag';
    case 'operator':
      return 'operator';
    case 'reference':
      return 'reference';
    default:
      return undefined;
  }
}

/** A word or phrase with its stars apart. */
function pushText(written: string, start: number, type: TokenType, into: SemanticToken[]): void {
  for (const { 0: piece, index } of written.matchAll(/\*+|[^*]+/g))
    pushPieces(piece, start + index, piece.startsWith('*') ? 'wildcard' : type, into);
}

/** Tokens may not span line breaks in every editor, so a wrapped phrase is several. */
function pushPieces(written: string, start: number, type: TokenType, into: SemanticToken[]): void {
  for (const { 0: piece, index } of written.matchAll(/[^\r\n]+/g))
    into.push({ type, start: start + index, end: start + index + piece.length });
}
