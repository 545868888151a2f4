import * as vscode from 'vscode';
import { toolMethod, type ToolParams, type ToolResult } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { strategyDocument } from './rewrite.ts';

interface ToolContribution {
  readonly name: string;
  readonly displayName: string;
}

/**
 * The read-only tools that the manifest contributes to VS Code's agents, each answered by the language server. Where the arguments name
 * no strategy, the one that is open is meant. An error is told as it is: the model that asked can act on it.
 */
export function registerLanguageModelTools({ context, client }: ExtensionParts): void {
  // A VS Code in which language models are switched off, or one of another maker, may lack it.
  if (typeof (vscode.lm as Partial<typeof vscode.lm> | undefined)?.registerTool !== 'function') return;
  const { contributes } = context.extension.packageJSON as {
    contributes?: { languageModelTools?: readonly ToolContribution[] };
  };
  for (const { name, displayName } of contributes?.languageModelTools ?? [])
    context.subscriptions.push(
      vscode.lm.registerTool<Readonly<Record<string, unknown>>>(name, {
        prepareInvocation: () => ({ invocationMessage: displayName }),
        invoke: async ({ input }, token) => {
          const document = (await strategyDocument()) ?? openStrategy();
          const params: ToolParams = {
            name,
            arguments: input,
            ...(document === undefined ? {} : { uri: document.uri.toString() }),
          };
          const { text } = await client.sendRequest<ToolResult>(toolMethod, params, token);
          return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
        },
      }),
    );
}

/** A strategy that is to be seen while the chat has the focus. */
function openStrategy(): vscode.TextDocument | undefined {
  return vscode.window.visibleTextEditors.find(({ document }) => document.languageId === 'pubmed')?.document;
}
