import { MarkupKind, type InlayHint } from 'vscode-languageserver/node';
import { inlayHints } from '@querent/core/features';
import { clientCommands } from '../../protocol.ts';
import { offsetsOf, type Feature } from '../services.ts';

/** Records and seeds at the end of every line; the client is asked to refresh them when measurements arrive. */
export const inlayHint: Feature = {
  register(services) {
    services.connection.languages.inlayHint.on(async (params, token) =>
      services.onDocument<InlayHint[]>('textDocument/inlayHint', params, token, [], (document) => {
        if (!services.settings().inlayHints.enabled) return [];
        const range = offsetsOf(document, params.range);
        return inlayHints(document.strategy, services.measuring.view(document), range).map((hint) => {
          const tooltip = { kind: MarkupKind.Markdown, value: hint.tooltip };
          const command = {
            title: 'Show records',
            command: clientCommands.showRecords,
            arguments: [document.uri, hint.label],
          };
          return {
            position: document.lines.positionAt(hint.offset),
            label: [{ value: hint.text, tooltip, command }],
            tooltip,
            paddingLeft: true,
          };
        });
      }),
    );
  },
  capabilities: () => ({ inlayHintProvider: true }),
};
