import type { CancellationToken } from 'vscode-languageserver/node';
import { convertOvid as convert, looksLikeOvid } from '@querent/core/ovid';
import { convertOvidMethod, type ConvertOvidParams, type ConvertOvidResult } from '../../protocol.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Feature } from '../services.ts';

/** `querent/convertOvid`: converts pasted or selected text from Ovid to PubMed. */
export const convertOvid: Feature = {
  register(services) {
    services.connection.onRequest(convertOvidMethod, (params: ConvertOvidParams, token: CancellationToken) =>
      services.safely<ConvertOvidResult | null>(
        convertOvidMethod,
        params?.uri ?? 'an Ovid strategy',
        token,
        null,
        () => {
          if (typeof params?.text !== 'string') throw new UserFacingError('Converting needs a text.');
          if (params.onlyIfOvid === true && !looksLikeOvid(params.text)) return null;
          const document = params.uri === undefined ? undefined : services.documents.get(params.uri);
          const thesaurus = document && services.measuring.thesaurus(document).thesaurus;
          const { text, notes } = convert(params.text, { thesaurus });
          const count = (wanted: string): number => notes.filter(({ kind }) => kind === wanted).length;
          return {
            text,
            exact: count('exact'),
            approximate: count('approximate'),
            refused: count('refused'),
          };
        },
      ),
    );
  },
  capabilities: () => ({}),
};
