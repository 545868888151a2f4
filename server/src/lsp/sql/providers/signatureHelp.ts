import {
  MarkupKind,
  type SignatureHelp,
  type SignatureHelpParams,
  type SignatureInformation,
} from 'vscode-languageserver/node';
import { sqlSignatureHelp, type SqlSignature } from '@querent/core/features';
import { offsetOf } from '../../services.ts';
import { schemaSoon } from '../schemaSoon.ts';
import type { SqlProvider } from './index.ts';

/** The arguments of the function at the cursor; in `INSERT`, the columns that are written. */
export const signatureHelpProvider: SqlProvider = {
  request: 'textDocument/signatureHelp',
  async answer(services, document, { position }: SignatureHelpParams): Promise<SignatureHelp | undefined> {
    const schema = await schemaSoon(services, document);
    const help = sqlSignatureHelp(document.parsed, offsetOf(document, position), schema);
    if (help === undefined) return undefined;
    const information = services.client().capabilities.textDocument?.signatureHelp?.signatureInformation;
    const hasOffsets = information?.parameterInformation?.labelOffsetSupport === true;
    const { signatures, activeSignature } = help;
    return {
      signatures: signatures.map((signature) => toInformation(signature, hasOffsets)),
      activeSignature,
      // Clients that know no parameter of each signature take this one's.
      activeParameter: activeOf(signatures[activeSignature]),
    };
  },
};

function toInformation(signature: SqlSignature, hasOffsets: boolean): SignatureInformation {
  const { label, documentation, parameters } = signature;
  return {
    label,
    documentation: { kind: MarkupKind.PlainText, value: documentation },
    parameters: parameters.map(({ start, end }) => ({
      label: hasOffsets ? [start, end] : label.slice(start, end),
    })),
    activeParameter: activeOf(signature),
  };
}

/** Behind the last parameter none is marked: editors take a number beyond them for that. */
function activeOf(signature: SqlSignature | undefined): number {
  return signature?.activeParameter ?? signature?.parameters.length ?? 0;
}
