import * as vscode from 'vscode';
import type { StatusParams } from '@querent/server/protocol';
import { LANGUAGE_ID, statusMethod, TRIALS_LANGUAGE_ID } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { inShort, plainText } from '../plainText.ts';

const busyStates: ReadonlySet<string> = new Set(['loading', 'busy']);

/** What the server tells of its state. */
export interface ServerStatus {
  /** The last one; undefined before the server has told any. */
  readonly latest: () => StatusParams | undefined;
  readonly onDidChange: vscode.Event<StatusParams>;
}

/**
 * One language status item per concern: where strategies are counted, and the model. The client keeps one handler a message, so that whoever else wants the
 * state listens to what is returned.
 */
export function registerStatusItems(parts: ExtensionParts): ServerStatus {
  let latest: StatusParams | undefined;
  const changed = new vscode.EventEmitter<StatusParams>();
  const library = vscode.languages.createLanguageStatusItem('querent.library', [
    { language: LANGUAGE_ID },
    { language: TRIALS_LANGUAGE_ID },
  ]);
  library.name = 'Querent: Database';
  library.text = 'Starting…';
  library.command = { command: 'querent.chooseLibrary', title: 'Choose Library' };
  const model = vscode.languages.createLanguageStatusItem('querent.model', { language: LANGUAGE_ID });
  model.name = 'Querent: Model';
  model.text = 'No model';
  model.command = { command: 'querent.chooseModel', title: 'Choose Model' };
  parts.context.subscriptions.push(
    library,
    model,
    changed,
    parts.client.onNotification(statusMethod, (status: StatusParams) => {
      latest = status;
      show(library, status.library);
      show(model, status.model);
      changed.fire(status);
    }),
  );
  return { latest: () => latest, onDidChange: changed.event };
}

function show(item: vscode.LanguageStatusItem, state: StatusParams['library'] | StatusParams['model']): void {
  const detail = plainText(state.detail);
  item.text = detail.charAt(0).toUpperCase() + detail.slice(1);
  const explanation = state.explanation === undefined ? undefined : plainText(state.explanation);
  item.detail = explanation === undefined ? undefined : rowDetail(item.text, explanation);
  // The row has room for little of it; a reader of the screen has time.
  item.accessibilityInformation = {
    label: explanation === undefined ? item.text : `${item.text}. ${explanation}`,
  };
  item.busy = busyStates.has(state.state);
  item.severity =
    state.state === 'error' ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
}

/** Longest row of the list of status items, in characters: the command at its end must stay in sight. */
const longestRow = 62;

/** As much of an explanation as has room behind the text of its row. */
export function rowDetail(text: string, explanation: string): string {
  return shortened(behind(text, inShort(explanation)), longestRow - text.length);
}

/** What an explanation says more than the text that stands before it, which often begins it. */
function behind(text: string, explanation: string): string {
  return explanation.startsWith(text)
    ? explanation.slice(text.length).replace(/^ (?:on )?/, '')
    : explanation;
}

function shortened(text: string, limit: number): string {
  const longest = Math.max(16, limit);
  return text.length > longest ? `${text.slice(0, longest - 1).trimEnd()}…` : text;
}
