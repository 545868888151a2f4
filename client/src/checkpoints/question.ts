import * as vscode from 'vscode';
import type { ExtensionParts } from '../context.ts';

/** A question that must be answered before anything is done. */
export interface Question {
  readonly message: string;
  readonly detail: string;
  /** The button that agrees; without one the question is only a hint. */
  readonly yes?: string;
  readonly isWarning?: boolean;
}

/** Asks in a dialog. Returns whether the person agreed; closing the dialog is a no. */
export async function agreesTo({ context }: ExtensionParts, question: Question): Promise<boolean> {
  const { message, detail, yes, isWarning = false } = question;
  const show = isWarning ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const buttons = yes === undefined ? [] : [yes];
  // VS Code opens no dialog while it runs an extension's tests: there the same is asked in a notification.
  const answer =
    context.extensionMode === vscode.ExtensionMode.Test
      ? await show(`${message} ${detail.replace(/\s+/g, ' ')}`, ...buttons)
      : await show(message, { modal: true, detail }, ...buttons);
  return yes !== undefined && answer === yes;
}
