import { xmlAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { databaseOf } from '../databases.ts';
import type { ServiceAnswer } from '../protocol.ts';
import { spellingOf } from '../spelling.ts';
import { element, escapeXml } from '../xml.ts';

/**
 * ESpell (E-utilities In-Depth, "ESpell"), in XML, the only form that it has. Suggestions are words of the library's titles, abstracts and
 * keywords; a text without a better spelling has an empty `CorrectedQuery`.
 */
export function espell({ parameters, citations }: Context): ServiceAnswer {
  const db = databaseOf(parameters.text('db'), citations.engine.thesaurus !== undefined);
  const term = parameters.text('term') ?? '';
  const error = typeof db === 'object' ? db.error : term === '' ? 'Empty query' : '';
  const pieces = error === '' ? spellingOf(citations.engine.index, term) : [];
  const isCorrected = pieces.some(({ replaced }) => replaced !== undefined);
  const corrected = pieces.map(({ original, replaced }) => replaced ?? original).join('');
  const text = (name: string, value: string): string => element(name, escapeXml(value));
  return xmlAnswer('eSpellResult', [
    text('Database', typeof db === 'object' ? (parameters.text('db') ?? '') : db),
    text('Query', term),
    text('CorrectedQuery', isCorrected ? corrected : ''),
    element(
      'SpelledQuery',
      isCorrected
        ? joined(pieces).map(({ original, replaced }) =>
            replaced === undefined ? text('Original', original) : text('Replaced', replaced),
          )
        : '',
    ),
    error === '' ? '<ERROR/>' : text('ERROR', error),
  ]);
}

interface Piece {
  readonly original: string;
  readonly replaced: string | undefined;
}

/** Pieces that stay as they are, put together; NCBI begins with one, also an empty one. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const found: Piece[] = [{ original: '', replaced: undefined }];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (piece.replaced === undefined && last?.replaced === undefined)
      found[found.length - 1] = { original: `${last?.original ?? ''}${piece.original}`, replaced: undefined };
    else found.push(piece);
  }
  return found;
}
