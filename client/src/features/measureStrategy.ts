import * as vscode from 'vscode';
import {
  measureStrategyMethod,
  type MeasureStrategyParams,
  type MeasureStrategyResult,
} from '@querent/server/liveProtocol';
import { clientCommands, measureAgainMethod, type MeasureAgainParams } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { plainText } from '../plainText.ts';
import { sendWithProgress } from './progress.ts';
import { searchDocument, strategyOrHint } from './rewrite.ts';

/** Lines that fail are named up to this number; all are at their lines. */
const mostNamed = 3;

/**
 * `querent.measureStrategy [uri]` asks for the numbers that are not there yet and waits for them, with progress and a way to cancel;
 * `querent.measureAgain [uri]` forgets the numbers of the strategy and asks for all of them anew.
 */
export function registerMeasureStrategy(parts: ExtensionParts): void {
  parts.context.subscriptions.push(
    vscode.commands.registerCommand(clientCommands.measureStrategy, async (uri?: string | vscode.Uri) => {
      const document = await strategyOrHint(uri, searchDocument);
      if (!document) return undefined;
      const result = await sendWithProgress<MeasureStrategyParams, MeasureStrategyResult | null>(
        parts,
        measureStrategyMethod,
        { uri: document.uri.toString() },
        'Measuring',
      );
      if (result) void tell(parts, result);
      return result ?? undefined;
    }),
    vscode.commands.registerCommand(clientCommands.measureAgain, async (uri?: string | vscode.Uri) => {
      const document = await strategyOrHint(uri, searchDocument);
      if (!document) return;
      const params: MeasureAgainParams = { uri: document.uri.toString() };
      await parts.client.sendNotification(measureAgainMethod, params);
    }),
  );
}

async function tell(
  parts: ExtensionParts,
  { lines, measured, offline, failed, provenance }: MeasureStrategyResult,
): Promise<void> {
  const where = provenance === undefined ? '' : ` in ${provenance.label}`;
  if (failed.length === 0 && offline === 0) {
    vscode.window.setStatusBarMessage(plainText(`${linesText(measured)} measured${where}`), 5_000);
    return;
  }
  for (const { label, message } of failed) parts.log.warn(`Line #${label} was not measured: ${message}`);
  const sentences = [
    `${measured} of ${linesText(lines)} measured${where}.`,
    ...(offline > 0
      ? [
          `${linesText(offline)} ${offline === 1 ? 'shows' : 'show'} numbers of an earlier day${provenance?.offline === undefined ? '' : `: ${provenance.offline}`}`,
        ]
      : []),
    ...failuresText(failed),
  ];
  const choice = await vscode.window.showWarningMessage(
    plainText(sentences.join(' ')),
    ...(failed.length > mostNamed ? ['Show Log'] : []),
  );
  if (choice) parts.log.show();
}

/** The same reason for many lines is told once. */
function failuresText(failed: MeasureStrategyResult['failed']): readonly string[] {
  const byMessage = new Map<string, string[]>();
  for (const { label, message } of failed)
    byMessage.set(message, [...(byMessage.get(message) ?? []), `#${label}`]);
  const groups = [...byMessage].slice(0, mostNamed).map(([message, labels]) => {
    const named = labels.slice(0, mostNamed).join(', ');
    return `${named}${labels.length > mostNamed ? ` and ${labels.length - mostNamed} more` : ''}: ${message}`;
  });
  return byMessage.size > mostNamed ? [...groups, 'The log has the others.'] : groups;
}

function linesText(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'line' : 'lines'}`;
}
