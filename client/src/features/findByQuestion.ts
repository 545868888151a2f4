import * as vscode from 'vscode';
import { rankRecordsMethod, type RankRecordsParams, type RankRecordsResult } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { recordsText } from '../measurementText.ts';
import { sendWithProgress } from './progress.ts';
import { strategyDocument } from './rewrite.ts';

/** As many as a person reads through. */
const LISTED = 50;

type RankedRecord = RankRecordsResult['items'][number];
interface RecordPick extends vscode.QuickPickItem {
  readonly record: RankedRecord;
}

const copyButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('copy'),
  tooltip: 'Copy Id',
};

/**
 * `querent.findByQuestion [question]`: the records of the library that fit a question best, to be opened at their source. With an
 * argument nothing is asked. Gives what the server found; undefined when it was given up or refused, which has been told then.
 */
export function registerFindByQuestion(parts: ExtensionParts): void {
  let last = '';
  parts.context.subscriptions.push(
    vscode.commands.registerCommand('querent.findByQuestion', async (given?: unknown) => {
      const question = typeof given === 'string' ? given : await askForQuestion(last);
      if (question === undefined) return undefined;
      last = question;
      const document = await strategyDocument();
      const result = await sendWithProgress<RankRecordsParams, RankRecordsResult | null>(
        parts,
        rankRecordsMethod,
        {
          question,
          limit: LISTED,
          ...(document === undefined ? {} : { uri: document.uri.toString() }),
        },
        'Finding records',
      );
      if (!result) return undefined;
      // The list stays until it is closed; whoever gave the command has the result already.
      showRecords(result);
      return result;
    }),
  );
}

async function askForQuestion(last: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: 'Find Records by Question',
    prompt: 'A question or words, no Boolean operators: the records that fit best come first.',
    placeHolder: 'Does exercise prevent falls in older people?',
    value: last,
    validateInput: (text) => (text.trim() === '' ? 'Write what the records should be about.' : undefined),
  });
}

function showRecords({ count, items, warnings, provenance }: RankRecordsResult): void {
  const picker = vscode.window.createQuickPick<RecordPick>();
  const best =
    count > items.length ? `The best ${items.length} of ${recordsText(count)}` : recordsText(count);
  picker.title = `${best} with such words in ${provenance.label}`;
  picker.placeholder =
    warnings.map(({ message }) => message).join(' ') || 'Choose a record to open it at its source';
  picker.matchOnDetail = true;
  picker.ignoreFocusOut = true;
  picker.items = items.map(pick);
  picker.onDidTriggerItemButton(({ item }) => void vscode.env.clipboard.writeText(item.record.id));
  picker.onDidAccept(() => {
    const { url } = picker.selectedItems[0]?.record ?? {};
    // The list stays open: the next record is often wanted too.
    if (url !== undefined) void vscode.env.openExternal(vscode.Uri.parse(url, true));
  });
  picker.onDidHide(() => picker.dispose());
  picker.show();
}

function pick(record: RankedRecord, i: number): RecordPick {
  const { id, title, year, journal, authors, isSeed } = record;
  const named = authors.length > 3 ? `${authors.slice(0, 3).join(', ')} et al.` : authors.join(', ');
  return {
    record,
    // In a label `$(name)` would be an icon.
    label: `${isSeed ? '$(star-full) ' : ''}${i + 1}. ${title.replaceAll('$(', '$ (')}`,
    detail: [isSeed ? 'seed' : undefined, named, journal, year, id]
      .filter((part) => part !== undefined && part !== '')
      .join(' · '),
    buttons: [copyButton],
  };
}
