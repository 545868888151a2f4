import { MarkupKind, type InlayHint } from 'vscode-languageserver/node';
import { groupingHints, groupingReason, inlayHints } from '@querent/core/features';
import { clientCommands } from '../../protocol.ts';
import type { OpenDocument } from '../documents.ts';
import { offsetsOf, type Feature, type Services } from '../services.ts';

type Offsets = ReturnType<typeof offsetsOf>;

/**
 * Records and seeds at the end of every line, and the parentheses that PubMed's order of evaluation implies; the client is asked to
 * refresh them when measurements arrive.
 */
export const inlayHint: Feature = {
  register(services) {
    services.connection.languages.inlayHint.on(async (params, token) =>
      services.onDocument<InlayHint[]>('textDocument/inlayHint', params, token, [], (document) => {
        const { enabled, grouping } = services.settings().inlayHints;
        const range = offsetsOf(document, params.range);
        return [
          // Expressions of ClinicalTrials.gov have other rules, and a hover for them.
          ...(grouping && document.language === 'pubmed' ? parentheses(document, range) : []),
          ...(enabled ? numbers(services, document, range) : []),
        ];
      }),
    );
  },
  capabilities: () => ({ inlayHintProvider: true }),
};

function parentheses(document: OpenDocument, range: Offsets): InlayHint[] {
  const tooltip = { kind: MarkupKind.Markdown, value: groupingReason };
  return groupingHints(document.strategy, range).map(({ offset, text }) => ({
    position: document.lines.positionAt(offset),
    label: text,
    tooltip,
  }));
}

function numbers({ measuring }: Services, document: OpenDocument, range: Offsets): InlayHint[] {
  return inlayHints(document.strategy, measuring.view(document), range).map((hint) => {
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
      // A term that is proposed at the end of the line stands in grey behind it.
      paddingRight: true,
    };
  });
}
