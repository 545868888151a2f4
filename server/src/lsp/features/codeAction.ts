import {
  CodeActionKind,
  CodeActionTag,
  type CodeAction,
  type Command,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { codeActions, type Action } from '@querent/core/features';
import { clientCommands, type RewriteItem } from '../../protocol.ts';
import type { OpenDocument } from '../documents.ts';
import { offsetsOf, workspaceEdit, type Feature, type Services } from '../services.ts';
import { canSpell, spelled } from '../spelling.ts';
import { toDiagnostic } from './diagnostics.ts';

const FIX_ALL = `${CodeActionKind.SourceFixAll}.querent`;
const applyBestTitle = 'Rewrite: apply the best measured proposal';

/** What the action that applies the best proposal carries. */
interface ActionData {
  readonly uri: string;
  readonly version: number;
  readonly label: string;
}

/** What a refactoring, or a fix of the whole document, carries until it is chosen. */
interface RefactoringData {
  readonly uri: string;
  readonly version: number;
  readonly start: number;
  readonly end: number;
}

/** What the action that asks for a spelling carries: the place of the words. */
interface SpellingData extends RefactoringData {
  readonly asks: 'spelling';
}

/**
 * Quick fixes; refactorings, whose edits are made when they are chosen; and rewriting: as a command that opens the proposals, and
 * as an action computed when it is chosen.
 */
export const codeAction: Feature = {
  register(services) {
    services.connection.onCodeAction(async (params, token) =>
      services.onDocument<(CodeAction | Command)[]>(
        'textDocument/codeAction',
        params,
        token,
        [],
        (document) => {
          const only = params.context?.only;
          return actionsFor(
            services,
            document,
            offsetsOf(document, params.range),
            Array.isArray(only) ? only.map(String) : undefined,
          );
        },
      ),
    );
    services.connection.onCodeActionResolve(async (action, token) => {
      const data = action.data as Partial<ActionData & SpellingData> | null | undefined;
      return services.safely('codeAction/resolve', data?.uri ?? '', token, action, async (signal) => {
        if (action.edit !== undefined) return action;
        if (isActionData(data)) return applyBest(services, action, data, signal());
        if (!isRefactoringData(data)) return action;
        return data.asks === 'spelling'
          ? respelt(services, action, data, signal())
          : refactored(services, action, data);
      });
    });
  },
  capabilities: () => ({
    codeActionProvider: {
      codeActionKinds: [
        CodeActionKind.QuickFix,
        CodeActionKind.RefactorExtract,
        CodeActionKind.RefactorInline,
        CodeActionKind.RefactorRewrite,
        `${CodeActionKind.Refactor}.explain`,
        FIX_ALL,
        `${CodeActionKind.Source}.renumber.querent`,
        `${CodeActionKind.Source}.straightQuotes.querent`,
      ],
      resolveProvider: true,
    },
  }),
};

function actionsFor(
  services: Services,
  document: OpenDocument,
  range: { start: number; end: number },
  only: readonly string[] | undefined,
): CodeAction[] {
  const problems = services.problems.of(document);
  const actions: CodeAction[] = [];
  for (const action of offered(services, document, range, problems, only)) {
    const asks = action.spelling;
    if (asks !== undefined && !canResolve(services)) continue;
    const isLazy = (action.compute !== undefined || asks !== undefined) && canResolve(services);
    const edits = action.edits ?? (isLazy ? undefined : action.compute?.());
    if (action.compute !== undefined && !isLazy && edits === undefined) continue;
    const place = { uri: document.uri, version: document.version };
    const later: RefactoringData | SpellingData =
      asks === undefined ? { ...place, ...range } : { ...place, ...asks, asks: 'spelling' };
    actions.push({
      title: action.title,
      kind: action.kind,
      ...(edits === undefined ? {} : { edit: workspaceEdit(services, document, edits) }),
      ...(isLazy ? { data: later } : {}),
      ...(action.command === undefined
        ? {}
        : {
            command: {
              title: action.title,
              command: action.command.id,
              arguments: [
                document.uri,
                ...action.command.arguments.map((argument) =>
                  typeof argument === 'number' ? document.lines.positionAt(argument) : argument,
                ),
              ],
            },
          }),
      ...(action.problem === undefined ? {} : { diagnostics: [toDiagnostic(document, action.problem)] }),
      ...(action.preferred ? { isPreferred: true } : {}),
    });
    const label = action.command?.id === clientCommands.rewrite ? action.command.arguments[0] : undefined;
    if (typeof label === 'string' && canResolve(services)) {
      const data: ActionData = { uri: document.uri, version: document.version, label };
      actions.push({ title: applyBestTitle, kind: CodeActionKind.RefactorRewrite, data });
    }
  }
  return actions;
}

const commands = {
  rewrite: clientCommands.rewrite,
  rewriteBlock: clientCommands.rewriteBlock,
  catchMissedSeeds: clientCommands.catchMissedSeeds,
  narrow: clientCommands.narrow,
  explain: clientCommands.explain,
  showRecords: clientCommands.showRecords,
  diagnoseMissedSeeds: clientCommands.diagnoseMissedSeeds,
  showCountHistory: clientCommands.showCountHistory,
};

function offered(
  services: Services,
  document: OpenDocument,
  range: { start: number; end: number },
  problems: Parameters<typeof codeActions>[2],
  only: readonly string[] | undefined,
): Action[] {
  if (document.language !== 'pubmed')
    // Refactorings know PubMed's grammar only, and so does rewriting.
    return codeActions(document.strategy, range, problems, commands, { only }).filter(
      ({ kind }) => kind === 'quickfix' || kind === FIX_ALL,
    );
  const { thesaurus } = services.measuring.thesaurus(document);
  const measurements = services.measuring.view(document);
  return codeActions(document.strategy, range, problems, commands, {
    thesaurus,
    only,
    measurements,
    canSpell: canSpell(services, document),
  });
}

/** The edits of a refactoring, or of a fix of the whole document, that was chosen. */
function refactored(services: Services, action: CodeAction, data: RefactoringData): CodeAction {
  const document = services.documents.get(data.uri);
  if (document?.version !== data.version || action.kind === undefined)
    return tell(services, action, 'The strategy has changed meanwhile. Ask again.');
  const range = { start: data.start, end: data.end };
  const isFix = action.kind === CodeActionKind.QuickFix || action.kind === FIX_ALL;
  // As in the menu: who asks for "fix all" by name is given another one, for a single problem too.
  const only = isFix ? undefined : [action.kind];
  const problems = isFix ? services.problems.of(document) : [];
  const chosen = offered(services, document, range, problems, only).find(
    ({ title, compute }) => title === action.title && compute !== undefined,
  );
  // The text is the same, but the problems may not be: MeSH came, or the level of a rule changed.
  if (chosen === undefined && isFix)
    return tell(services, action, 'The problems of the strategy have changed meanwhile. Ask again.');
  const edits = chosen?.compute?.();
  if (edits === undefined)
    return tell(
      services,
      action,
      'The change was not made, since it would alter or break the strategy here. Errors in the query are the usual reason; the Problems panel lists them.',
    );
  return { ...action, edit: workspaceEdit(services, document, edits) };
}

/** Puts in the spelling that the database suggests for the words of the action. */
async function respelt(
  services: Services,
  action: CodeAction,
  { uri, version, start, end }: RefactoringData,
  signal: AbortSignal,
): Promise<CodeAction> {
  const changed = 'The strategy has changed meanwhile. Ask again.';
  const document = services.documents.get(uri);
  if (document?.version !== version) return tell(services, action, changed);
  const words = document.text.slice(start, end);
  let better: string | undefined;
  try {
    better = await spelled(services, document, words, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return tell(services, action, `The spelling could not be asked for. ${reason}`);
  }
  if (services.documents.get(uri)?.version !== version) return tell(services, action, changed);
  if (better === undefined)
    return tell(services, action, `PubMed knows no better spelling of “${words.slice(0, 100)}”.`);
  return {
    ...action,
    edit: workspaceEdit(services, document, [{ range: { start, end }, newText: better }]),
  };
}

/** Says why an action did nothing. */
function tell(services: Services, action: CodeAction, message: string): CodeAction {
  // VS Code makes links of `[text](command:...)` in notifications; a reason may quote what a model wrote.
  services.connection.window.showWarningMessage(message.replaceAll('](', '] ('));
  return { ...action, disabled: { reason: message } };
}

function canResolve(services: Services): boolean {
  const support = services.client().capabilities.textDocument?.codeAction;
  return support?.dataSupport === true && (support.resolveSupport?.properties.includes('edit') ?? false);
}

/** Computes the edit of the best proposal. Its numbers stand in the edit's annotation, since the title cannot change. */
async function applyBest(
  services: Services,
  action: CodeAction,
  { uri, version, label }: ActionData,
  signal: AbortSignal,
): Promise<CodeAction> {
  const document = services.documents.get(uri);
  if (document?.version !== version)
    return tell(services, action, 'The strategy has changed meanwhile. Ask again.');
  const result = await services.rewriting.remembered(document, { label }, { signal, report: () => {} });
  const [best] = result.proposals;
  if (best === undefined)
    return tell(services, action, `No better query was found. ${result.rejected[0]?.reason ?? ''}`.trimEnd());
  if (services.documents.get(uri)?.version !== version)
    return tell(services, action, 'The strategy has changed meanwhile. Ask again.');
  const tags = services.client().capabilities.textDocument?.codeAction?.tagSupport?.valueSet;
  const tagged = best.origin === 'model' && tags?.includes(CodeActionTag.LLMGenerated);
  return {
    ...action,
    edit: annotated(services, document, best),
    ...(tagged ? { tags: [CodeActionTag.LLMGenerated] } : {}),
  };
}

function annotated(
  services: Services,
  document: OpenDocument,
  { edits, measurement, source }: RewriteItem,
): WorkspaceEdit {
  const { count, found, missed, nnr } = measurement;
  const seeds = found.length + missed.length;
  const numbers = [
    `${count} records`,
    ...(seeds > 0 ? [`${found.length} of ${seeds} seeds`] : []),
    ...(nnr === undefined ? [] : [`NNR ${Math.round(nnr)}`]),
  ];
  const support = services.client().capabilities.workspace?.workspaceEdit;
  if (!support?.documentChanges || !support.changeAnnotationSupport)
    return { changes: { [document.uri]: [...edits] } };
  return {
    documentChanges: [
      {
        textDocument: { uri: document.uri, version: document.version },
        edits: edits.map((edit) => ({ ...edit, annotationId: 'proposal' })),
      },
    ],
    // Nothing generated reaches the document unread: the editor shows the change before it is made.
    changeAnnotations: {
      proposal: { label: `Proposal (${source})`, description: numbers.join(', '), needsConfirmation: true },
    },
  };
}

function isActionData(data: Partial<ActionData> | null | undefined): data is ActionData {
  return typeof data?.uri === 'string' && typeof data.version === 'number' && typeof data.label === 'string';
}

function isRefactoringData(
  data: Partial<SpellingData> | null | undefined,
): data is RefactoringData & Partial<Pick<SpellingData, 'asks'>> {
  return (
    typeof data?.uri === 'string' &&
    typeof data.version === 'number' &&
    typeof data.start === 'number' &&
    typeof data.end === 'number'
  );
}
