import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from 'vscode-languageserver/node';
import type { Problem } from '@querent/core/text';
import type { OpenText } from '../openText.ts';
import type { OpenDocument } from '../documents.ts';
import { lspRange, type Feature, type Services } from '../services.ts';
import type { OpenSqlDocument } from '../sql/openSqlDocument.ts';
import { describe } from '../runSafe.ts';
import { rulePageUri } from '../../rulePages.ts';

/** Time after the last key stroke before problems are pushed to clients that do not ask themselves. */
const pushDelayMs = 150;
/** More problems than this help nobody, and cost the editor dearly (a megabyte of random bytes). */
const maxProblems = 1_000;

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

/** Rules that say "this does nothing": the text is shown faded. */
const unnecessary = new Set(['duplicate-term', 'adds-nothing']);

/** Diagnostics, pulled by the client. */
export const diagnostics: Feature = {
  register(services) {
    services.connection.languages.diagnostics.on(async (params, token) =>
      services.onDocument(
        'textDocument/diagnostic',
        params,
        token,
        { kind: 'full', items: [] },
        (document) => ({
          kind: 'full' as const,
          items: toDiagnostics(services, document),
        }),
      ),
    );
  },
  capabilities(client) {
    if (client.textDocument?.diagnostic === undefined) return {};
    return {
      diagnosticProvider: {
        identifier: 'querent',
        interFileDependencies: false,
        workspaceDiagnostics: false,
      },
    };
  },
};

/** Pushes diagnostics where the client cannot pull; does nothing where it can. */
export function pushDiagnostics(services: Services): {
  soon(document: OpenText): void;
  clear(uri: string): void;
  dispose(): void;
} {
  const timers = new Map<string, NodeJS.Timeout>();
  const pushes = (): boolean => services.client().capabilities.textDocument?.diagnostic === undefined;
  const send = (uri: string, version: number | undefined, items: Diagnostic[]): void => {
    services.connection
      .sendDiagnostics({ uri, ...(version === undefined ? {} : { version }), diagnostics: items })
      .catch(() => {});
  };
  const publish = (uri: string): void => {
    timers.delete(uri);
    const document = services.documents.get(uri);
    const sql = services.documents.getSql(uri);
    try {
      if (document !== undefined) send(uri, document.version, toDiagnostics(services, document));
      else if (sql !== undefined) publishSql(sql).catch((error: unknown) => failed(uri, error));
    } catch (error) {
      failed(uri, error);
    }
  };
  const publishSql = async (document: OpenSqlDocument): Promise<void> => {
    const items = await sqlDiagnostics(services, document);
    // A newer version has problems of its own, and a closed document none.
    if (services.documents.getSql(document.uri) === document) send(document.uri, document.version, items);
  };
  const failed = (uri: string, error: unknown): void =>
    services.connection.console.error(`Diagnostics (${uri}) failed: ${describe(error)}`);
  return {
    soon(document) {
      if (!pushes()) return;
      clearTimeout(timers.get(document.uri));
      timers.set(
        document.uri,
        setTimeout(() => publish(document.uri), pushDelayMs),
      );
    },
    clear(uri) {
      clearTimeout(timers.get(uri));
      timers.delete(uri);
      if (pushes()) send(uri, undefined, []);
    },
    dispose() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

function toDiagnostics(services: Services, document: OpenDocument): Diagnostic[] {
  return services.problems
    .of(document)
    .slice(0, maxProblems)
    .map((problem) => toDiagnostic(document, problem));
}

/** What is wrong or doubtful in a document of SQL; nothing where Querent is switched off for SQL. */
export async function sqlDiagnostics(
  services: Services,
  document: OpenSqlDocument,
  signal?: AbortSignal,
): Promise<Diagnostic[]> {
  if (!services.settings().sql.enabled) return [];
  const { problems } = services.sql;
  await problems.prepare(document, signal);
  return problems
    .of(document)
    .slice(0, maxProblems)
    .map((problem) => toDiagnostic(document, problem));
}

/** A problem in LSP's terms. */
export function toDiagnostic(document: OpenText, problem: Problem): Diagnostic {
  const page = rulePageUri(problem.rule);
  return {
    range: lspRange(document, problem.range),
    severity: severities[problem.severity],
    code: problem.rule,
    ...(page === undefined ? {} : { codeDescription: { href: page } }),
    source: 'querent',
    message: problem.message,
    ...(problem.related === undefined
      ? {}
      : {
          relatedInformation: problem.related.map(({ range, message }) => ({
            location: { uri: document.uri, range: lspRange(document, range) },
            message,
          })),
        }),
    ...(unnecessary.has(problem.rule) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}
