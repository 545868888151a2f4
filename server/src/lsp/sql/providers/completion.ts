import {
  CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  type CompletionItem,
  type CompletionList,
  type CompletionParams,
} from 'vscode-languageserver/node';
import {
  sqlCompletion,
  sqlOpensByItself,
  type SqlCompletionItem,
  type SqlCompletionKind,
} from '@querent/core/features';
import { dialectOf } from '@querent/core/sql';
import { lspRange, offsetOf, type Services } from '../../services.ts';
import type { SqlItemData } from '../completionResolve.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import { isOpening, schemaSoon } from '../schemaSoon.ts';
import type { SqlProvider } from './index.ts';

const kinds: Readonly<Record<SqlCompletionKind, CompletionItemKind>> = {
  table: CompletionItemKind.Struct,
  view: CompletionItemKind.Interface,
  commonTable: CompletionItemKind.Interface,
  column: CompletionItemKind.Field,
  alias: CompletionItemKind.Variable,
  output: CompletionItemKind.Variable,
  function: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
  join: CompletionItemKind.Reference,
  value: CompletionItemKind.Value,
};

/** Characters that open the list in SQL; the others that the server names are those of searches. */
const opening: ReadonlySet<string> = new Set(['.', ' ', '"', '[', "'"]);

/** Names, joins, values, functions and keywords while typing. */
export const completionProvider: SqlProvider = {
  request: 'textDocument/completion',
  async answer(
    services,
    document,
    { position, context }: CompletionParams,
  ): Promise<CompletionList | undefined> {
    const offset = offsetOf(document, position);
    const character = context?.triggerCharacter ?? '';
    if (character !== '' && !(opening.has(character) && sqlOpensByItself(document.parsed, offset)))
      return undefined;
    const schema = await schemaSoon(services, document);
    const { dialect } = dialectOf(document.parsed, services.settings().sql.dialect);
    const { items, isIncomplete } = sqlCompletion(document.parsed, offset, schema, dialect);
    const can = clientCan(services);
    return {
      // While the database is being opened more may come: the editor asks again at the next key.
      isIncomplete: isIncomplete || isOpening(services.sql.databases, document),
      items: items.map((item) => toItem(document, offset, item, can)),
    };
  },
};

interface Can {
  readonly labelDetails: boolean;
  readonly insertReplace: boolean;
  readonly snippets: boolean;
}

function clientCan(services: Services): Can {
  const item = services.client().capabilities.textDocument?.completion?.completionItem;
  return {
    labelDetails: item?.labelDetailsSupport === true,
    insertReplace: item?.insertReplaceSupport === true,
    snippets: item?.snippetSupport === true,
  };
}

function toItem(document: OpenSqlDocument, offset: number, item: SqlCompletionItem, can: Can): CompletionItem {
  const { label, detail, kind, subject, caret, range, filterText, sortText } = item;
  const isSnippet = can.snippets && caret !== undefined && caret < item.newText.length;
  const newText = isSnippet ? snippet(item.newText, caret) : item.newText;
  const replace = lspRange(document, range);
  // A quote that was opened goes with the name, also when the editor keeps what stands behind the cursor: else two would close it.
  const isQuoted = /["'`[]/u.test(document.text.charAt(range.start));
  const hasChoice = can.insertReplace && !isQuoted && range.start <= offset && offset <= range.end;
  return {
    label,
    ...(detail === undefined ? {} : can.labelDetails ? { labelDetails: { description: detail } } : { detail }),
    kind: kinds[kind],
    filterText,
    sortText,
    insertTextMode: InsertTextMode.asIs,
    ...(isSnippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
    textEdit: hasChoice
      ? { newText, insert: lspRange(document, { start: range.start, end: offset }), replace }
      : { newText, range: replace },
    ...(subject === undefined ? {} : { data: { uri: document.uri, sql: subject } satisfies SqlItemData }),
  };
} // prettier-ignore

/** A text as a snippet with the caret at a place; nothing of it means anything else there. */
function snippet(text: string, caret: number): string {
  return `${escaped(text.slice(0, caret))}$0${escaped(text.slice(caret))}`;
}

function escaped(text: string): string {
  return text.replace(/[\\$}]/gu, '\\$&');
}
