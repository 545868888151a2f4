import { MarkupKind, type Hover, type HoverParams } from 'vscode-languageserver/node';
import { sqlHover } from '@querent/core/features';
import { touches, type Range } from '@querent/core/text';
import { lspRange, offsetOf, type Services } from '../../services.ts';
import { describeDatabase } from '../databaseHover.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import { schemaSoon } from '../schemaSoon.ts';
import type { SqlProvider } from './index.ts';

/** Names with what they mean; the comment that names the database with how it stands with it. */
export const hoverProvider: SqlProvider = {
  request: 'textDocument/hover',
  async answer(services, document, { position }: HoverParams): Promise<Hover | undefined> {
    const offset = offsetOf(document, position);
    const schema = await schemaSoon(services, document);
    const found = databaseHover(services, document, offset) ?? sqlHover(document.parsed, offset, schema);
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
