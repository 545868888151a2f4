import * as vscode from 'vscode';
import {
  completenessMethod,
  countHistoryMethod,
  missedSeedsMethod,
  type CompletenessParams,
  type CountHistoryParams,
  type MissedSeedsParams,
} from '@querent/server/liveProtocol';
import {
  clientCommands,
  compareLinesMethod,
  describeRecordsMethod,
  explainMethod,
  linesMethod,
  type CompareLinesParams,
  type DescribeRecordsParams,
  type ExplainParams,
  type ExplainResult,
  type LinesParams,
  type LinesResult,
  type ReportResult,
} from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { measurementText } from '../measurementText.ts';
import { send, sendWithProgress } from './progress.ts';
import { searchDocument, strategyOrHint } from './rewrite.ts';

const scheme = 'querent-report';

/** Reports that are open, by their address. */
const contents = new Map<string, string>();
const changed = new vscode.EventEmitter<vscode.Uri>();

/** Descriptions of what lines find, as read-only documents that VS Code shows as pages. */
export function registerReports(parts: ExtensionParts): void {
  parts.context.subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      // A window that was restored still has its pages, but not what stood in them.
      provideTextDocumentContent: (uri) =>
        contents.get(uri.toString()) ?? 'This report is gone. Run the command again to make it anew.',
    }),
    vscode.commands.registerCommand('querent.describeRecords', (uri?: string | vscode.Uri, label?: string) =>
      describeRecords(parts, uri, label),
    ),
    vscode.commands.registerCommand(
      'querent.compareLines',
      (uri?: string | vscode.Uri, first?: string, second?: string) => compareLines(parts, uri, first, second),
    ),
    vscode.commands.registerCommand(
      clientCommands.explain,
      (uri?: string | vscode.Uri, label?: unknown, query?: unknown) => explain(parts, uri, label, query),
    ),
    vscode.commands.registerCommand(
      clientCommands.diagnoseMissedSeeds,
      (uri?: string | vscode.Uri, label?: unknown) =>
        reportOnLine(parts, uri, label, {
          method: missedSeedsMethod,
          title: 'Looking for what loses the seeds',
        }),
    ),
    vscode.commands.registerCommand(
      clientCommands.estimateCompleteness,
      (uri?: string | vscode.Uri, label?: unknown) =>
        reportOnLine(parts, uri, label, {
          method: completenessMethod,
          title: 'Estimating what is missed',
        }),
    ),
    vscode.commands.registerCommand(clientCommands.showCountHistory, (uri?: string | vscode.Uri) =>
      showCountHistory(parts, uri),
    ),
  );
}

/**
 * What each block and term contributes, which seeds are missed and why, what the rules say: of a line, by default the whole strategy, or
 * of another query for the same question.
 */
async function explain(
  parts: ExtensionParts,
  uri: string | vscode.Uri | undefined,
  label: unknown,
  query: unknown,
): Promise<void> {
  const document = await strategyOrHint(uri);
  if (!document) return;
  const params: ExplainParams = {
    uri: document.uri.toString(),
    ...(typeof label === 'string' ? { label } : {}),
    ...(typeof query === 'string' ? { query } : {}),
  };
  await show(document, () =>
    sendWithProgress<ExplainParams, ExplainResult | null>(parts, explainMethod, params, 'Explaining'),
  );
}

/** A report on a line, by default on the whole strategy, that takes a while to make. */
async function reportOnLine(
  parts: ExtensionParts,
  uri: string | vscode.Uri | undefined,
  label: unknown,
  { method, title }: { readonly method: string; readonly title: string },
): Promise<void> {
  const document = await strategyOrHint(uri);
  if (!document) return;
  const params: MissedSeedsParams & CompletenessParams = {
    uri: document.uri.toString(),
    ...(typeof label === 'string' ? { label } : {}),
  };
  await show(document, () =>
    sendWithProgress<MissedSeedsParams & CompletenessParams, ReportResult | null>(
      parts,
      method,
      params,
      title,
    ),
  );
}

/** What the lines found over time. */
async function showCountHistory(parts: ExtensionParts, uri: string | vscode.Uri | undefined): Promise<void> {
  const document = await strategyOrHint(uri, searchDocument);
  if (!document) return;
  const params: CountHistoryParams = { uri: document.uri.toString() };
  await show(document, () =>
    send<CountHistoryParams, ReportResult | null>(parts, countHistoryMethod, params),
  );
}

/** Years, headings, types, journals and languages of what a line finds: the one that is named, or else the one at the cursor. */
async function describeRecords(
  parts: ExtensionParts,
  uri: string | vscode.Uri | undefined,
  label: string | undefined,
): Promise<void> {
  const document = await strategyOrHint(uri);
  if (!document) return;
  const line = typeof label === 'string' ? label : (await linesOf(parts, document))?.current;
  const params: DescribeRecordsParams = {
    uri: document.uri.toString(),
    ...(line === undefined ? {} : { label: line }),
  };
  await show(document, () =>
    send<DescribeRecordsParams, ReportResult | null>(parts, describeRecordsMethod, params),
  );
}

/** What two lines find in common, and each alone; lines that are not named are chosen. */
async function compareLines(
  parts: ExtensionParts,
  uri: string | vscode.Uri | undefined,
  first: string | undefined,
  second: string | undefined,
): Promise<void> {
  const document = await strategyOrHint(uri);
  if (!document) return;
  const found = await linesOf(parts, document);
  if (!found) return;
  if (found.lines.length < 2) {
    void vscode.window.showInformationMessage(
      'There is only one line with a query: two are needed to compare them.',
    );
    return;
  }
  const one =
    typeof first === 'string' ? first : (found.current ?? (await choose(found, 'Compare which line?')));
  if (one === undefined) return;
  const other =
    typeof second === 'string'
      ? second
      : await choose(
          { ...found, lines: found.lines.filter(({ label }) => label !== one) },
          `Compare line #${one} with …`,
        );
  if (other === undefined) return;
  const params: CompareLinesParams = { uri: document.uri.toString(), labels: [one, other] };
  await show(document, () =>
    send<CompareLinesParams, ReportResult | null>(parts, compareLinesMethod, params),
  );
}

async function linesOf(
  parts: ExtensionParts,
  document: vscode.TextDocument,
): Promise<LinesResult | undefined> {
  const editor = vscode.window.activeTextEditor;
  const params: LinesParams = {
    uri: document.uri.toString(),
    ...(editor?.document === document ? { position: editor.selection.active } : {}),
  };
  return (await send<LinesParams, LinesResult | null>(parts, linesMethod, params)) ?? undefined;
}

async function choose({ lines }: LinesResult, placeHolder: string): Promise<string | undefined> {
  const items = lines.map(({ label, query, name, measurement }) => ({
    label: `#${label}${name === undefined ? '' : ` ${name}`}`,
    ...(measurement === undefined ? {} : { description: measurementText(measurement) }),
    detail: query,
    value: label,
  }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  return chosen?.value;
}

/** Shows a report beside the strategy, in the place of an older one of the same name; from a panel beside it, in the panel's group. */
async function show(
  document: vscode.TextDocument,
  ask: () => Thenable<ReportResult | null | undefined>,
): Promise<void> {
  const report = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Querent' },
    ask,
  );
  if (!report) return;
  const file = document.uri.path.split('/').at(-1) ?? '';
  await openReport(report, file, document.uri.toString());
}

/**
 * Opens a report as a page, in the place of an older one of the same name.
 * @param about what stands behind its title: a file's name
 * @param source what it is made from, which keeps reports of the same title apart
 */
export async function openReport(report: ReportResult, about: string, source: string): Promise<void> {
  const uri = vscode.Uri.from({
    scheme,
    path: `/${`${report.title} (${about})`.replace(/[/\\?%*:|"<>#]/g, '')}.md`,
    query: source,
  });
  contents.set(uri.toString(), report.markdown);
  changed.fire(uri);
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  const isBeside = activeTab === undefined || activeTab.input instanceof vscode.TabInputWebview;
  await vscode.commands.executeCommand(isBeside ? 'markdown.showPreview' : 'markdown.showPreviewToSide', uri);
}
