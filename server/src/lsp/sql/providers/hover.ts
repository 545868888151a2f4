import { MarkupKind, type Hover, type HoverParams } from 'vscode-languageserver/node';
import { sqlHover } from '@querent/core/features';
import { meaningful, type SqlDocument, type SqlStatement } from '@querent/core/sql';
import { questionAt } from '@querent/core/sqlAssistant';
import { touches, type Range } from '@querent/core/text';
import { lspRange, offsetOf, type Services } from '../../services.ts';
import { describeDatabase } from '../databaseHover.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import { schemaSoon } from '../schemaSoon.ts';
import { statementHover } from '../statementHover.ts';
import type { SqlProvider } from './index.ts';

/**
 * Names with what they mean; the comment that names the database with how it stands with it; the first word of a statement, and the comments about
 * it, with what it returns.
 */
export const hoverProvider: SqlProvider = {
  request: 'textDocument/hover',
  async answer(services, document, { position }: HoverParams, signal): Promise<Hover | undefined> {
    const offset = offsetOf(document, position);
    const schema = await schemaSoon(services, document);
    const found =
      databaseHover(services, document, offset) ??
      sqlHover(document.parsed, offset, schema) ??
      (await resultHover(services, document, offset, signal));
    if (found === undefined) return undefined;
    return {
      contents: { kind: MarkupKind.Markdown, value: found.markdown },
      range: lspRange(document, found.range),
    };
  },
};

interface Told {
  readonly markdown: string;
  readonly range: Range;
}

function databaseHover(services: Services, document: OpenSqlDocument, offset: number): Told | undefined {
  const own = document.parsed.directives.find(
    ({ kind, range }) => kind === 'database' && touches(range, offset),
  );
  if (own === undefined) return undefined;
  return { markdown: describeDatabase(services.sql.databases.state(document), Date.now()), range: own.range };
}

async function resultHover(
  services: Services,
  document: OpenSqlDocument,
  offset: number,
  signal: () => AbortSignal,
): Promise<Told | undefined> {
  const meant = spokenFor(document.parsed, offset);
  if (meant === undefined) return undefined;
  const markdown = await statementHover(services, document, meant.statement, signal());
  return markdown === undefined ? undefined : { markdown, range: meant.range };
}

/** The statement whose first word, or a comment about which, is at an offset; with the word or comment. */
function spokenFor(
  document: SqlDocument,
  offset: number,
): { readonly statement: SqlStatement; readonly range: Range } | undefined {
  const { statements, directives } = document;
  for (const statement of statements) {
    if (statement.start > offset) break;
    const [first] = offset <= statement.end ? meaningful(statement.tokens) : [];
    if (first === undefined) continue;
    const range = { start: statement.start + first.start, end: statement.start + first.end };
    if (touches(range, offset)) return { statement, range };
  }
  const comment = directives.find(({ range }) => touches(range, offset));
  const statement =
    comment?.kind === 'question'
      ? // An empty line between means that the statement is not for this question.
        questionAt(document, offset)?.statement
      : statements[comment?.statement ?? -1];
  return comment === undefined || statement === undefined ? undefined : { statement, range: comment.range };
}
