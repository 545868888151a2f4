import {
  CompletionItemKind,
  InsertTextMode,
  MarkupKind,
  type ClientCapabilities,
  type CompletionItem,
  type CompletionList,
} from 'vscode-languageserver/node';
import { completion as completionAt, describeSubject, trialsCompletion } from '@querent/core/features';
import type { CompletionKind, CompletionSubject } from '@querent/core/features';
import type { OpenDocument } from '../documents.ts';
import { lspEdits, lspRange, offsetOf, type Feature, type Services } from '../services.ts';
import { resolvedSqlItem } from '../sql/completionResolve.ts';

/** What an item that is not resolved yet carries. */
interface ItemData {
  readonly uri: string;
  readonly subject: CompletionSubject;
}

const kinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  heading: CompletionItemKind.Class,
  textWord: CompletionItemKind.Text,
  tag: CompletionItemKind.Field,
  subheading: CompletionItemKind.EnumMember,
  publicationType: CompletionItemKind.Enum,
  language: CompletionItemKind.Enum,
  filter: CompletionItemKind.Constant,
  date: CompletionItemKind.Value,
  line: CompletionItemKind.Reference,
  operator: CompletionItemKind.Operator,
  hedge: CompletionItemKind.Module,
  key: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
};

/** Characters that open the list in SQL and nowhere else; LSP knows them for all languages only. */
const ofSqlOnly: ReadonlySet<string> = new Set(['.', ' ', "'"]);

/** Suggestions while typing; what takes longer to write than to find is told when an item is looked at. */
export const completion: Feature = {
  register(services) {
    services.connection.onCompletion(async (params, token) =>
      services.onDocument<CompletionList | null>(
        'textDocument/completion',
        params,
        token,
        null,
        (document) =>
          ofSqlOnly.has(params.context?.triggerCharacter ?? '')
            ? null
            : listAt(services, document, offsetOf(document, params.position)),
      ),
    );
    services.connection.onCompletionResolve(async (item, token) => {
      const data = item.data as Partial<ItemData> | null | undefined;
      return services.safely('completionItem/resolve', data?.uri ?? '', token, item, () => {
        const ofSql = resolvedSqlItem(services, item);
        if (ofSql !== undefined) return ofSql;
        const document = services.documents.get(data?.uri ?? '');
        const { subject } = data ?? {};
        if (document === undefined || !isSubject(subject)) return item;
        const text = describeSubject(document.strategy, subject, {
          thesaurus: services.measuring.thesaurus(document).thesaurus,
          measurements: services.measuring.view(document),
        });
        return text === undefined ? item : { ...item, documentation: markdown(text) };
      });
    });
  },
  capabilities: () => ({
    completionProvider: {
      triggerCharacters: ['[', '/', '#', '"', ':', ...ofSqlOnly],
      resolveProvider: true,
      completionItem: { labelDetailsSupport: true },
    },
  }),
};

function listAt(services: Services, document: OpenDocument, offset: number): CompletionList {
  const { items, isIncomplete } = suggestions(services, document, offset);
  const can = clientCan(services.client().capabilities);
  return {
    isIncomplete,
    items: items.map((item): CompletionItem => {
      const { subject, documentation, additionalEdits, suffix, description } = item;
      const insert = lspRange(document, item.insert);
      const { newText } = item;
      return {
        // Without the details two items of one list may look the same.
        label: can.labelDetails ? item.label : item.label + (suffix ?? ''),
        ...(can.labelDetails ? { labelDetails: { detail: suffix, description } } : {}),
        ...(item.detail === undefined ? {} : { detail: item.detail }),
        kind: kinds[item.kind],
        filterText: item.filterText,
        sortText: item.sortText,
        insertTextMode: InsertTextMode.asIs,
        textEdit: can.insertReplace
          ? { newText, insert, replace: lspRange(document, item.replace) }
          : { newText, range: insert },
        ...(additionalEdits === undefined
          ? {}
          : { additionalTextEdits: lspEdits(document, additionalEdits) }),
        ...(documentation === undefined ? {} : { documentation: markdown(documentation) }),
        ...(subject === undefined ? {} : { data: { uri: document.uri, subject } satisfies ItemData }),
      };
    }),
  };
}

function suggestions(
  services: Services,
  document: OpenDocument,
  offset: number,
): ReturnType<typeof completionAt> {
  if (document.language === 'ctgov') return trialsCompletion(document.strategy, offset);
  const { thesaurus, loading } = services.measuring.thesaurus(document);
  return completionAt(document.strategy, offset, { thesaurus, thesaurusLoading: loading });
}

function clientCan({ textDocument }: ClientCapabilities): { labelDetails: boolean; insertReplace: boolean } {
  const item = textDocument?.completion?.completionItem;
  return {
    labelDetails: item?.labelDetailsSupport === true,
    insertReplace: item?.insertReplaceSupport === true,
  };
}

function markdown(value: string): { kind: typeof MarkupKind.Markdown; value: string } {
  return { kind: MarkupKind.Markdown, value };
}

/** Whether what came back with an item is what was sent with it. */
function isSubject(subject: unknown): subject is CompletionSubject {
  const { kind, ui, label, id } = (subject ?? {}) as Record<string, unknown>;
  return typeof { heading: ui, line: label, hedge: id }[String(kind)] === 'string';
}
