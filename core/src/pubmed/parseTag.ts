import type { Range } from '../text/index.ts';
import { similarFields, splitTag } from './fieldTable.ts';
import { isPseudoTerm } from './filterNames.ts';
import type { Field, SimilarFields, TagParts } from './fieldTable.ts';
import { proximityOf } from './knownTags.ts';
import { TextMemory, detached, fix } from '../text/index.ts';
import type { ProblemList } from './problems.ts';
import type { Tag, TermNode } from './tree.ts';

/**
 * Reads a tag token and reports what is wrong with it.
 * @param written the token's text with its brackets
 * @param term the term before it; undefined behind parentheses
 * @param isAfterBracket a stray bracket stands directly before it, which would make a tag of what follows if this one went
 */
export function parseTag(
  written: string,
  token: Range,
  term: TermNode | undefined,
  problems: ProblemList,
  isAfterBracket = false,
): Tag {
  const range = { start: token.start, end: token.end };
  const isClosed = written.endsWith(']');
  const text = written.slice(1, isClosed ? -1 : undefined);
  if (!isClosed) {
    problems.add('unclosed-bracket', 'error', range, `The field tag ${written} is not closed. Add "]".`, [
      fix('Add "]"', true, [range.end, range.end, ']']),
    ]);
  }
  const parts = splitTag(text);
  const { field } = parts;
  if (field === undefined) unknownField(text, range, term, problems, isAfterBracket);
  else checkModifiers(text, field, parts, range, term, problems);
  return { range, text, field: field?.tag, noExplode: parts.noExplode, proximity: proximityOf(parts) };
}

const remembered = new TextMemory<SimilarFields>(20_000);

/** `similarFields`, remembered: a wrong tag is usually wrong everywhere in its query. */
function similarFieldsAgain(text: string): SimilarFields {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const found = similarFields(text);
  const key = detached(text);
  remembered.set(key, found);
  return found;
}

function unknownField(
  text: string,
  range: Range,
  term: TermNode | undefined,
  problems: ProblemList,
  isAfterBracket: boolean,
): void {
  if (!/[^\s:]/.test(text)) {
    const remove = fix('Remove the brackets', true, [range.start, range.end, '']);
    problems.add(
      'empty-tag',
      'error',
      range,
      'These brackets name no field. Write one, such as [tiab], or remove them.',
      [remove],
    );
    return;
  }
  // Older versions of PubMed wrote hasabstract[text] themselves.
  if (term !== undefined && isPseudoTerm(term)) {
    const message = `PubMed has no field [${text.trim()}], and "${term.text}" takes none: write it without a tag.`;
    const remove = fix(`Remove the tag [${text.trim()}]`, true, [range.start, range.end, '']);
    problems.add('unknown-tag', 'error', range, message, [remove]);
    return;
  }
  const { fields: renames, isClear } = similarFieldsAgain(text);
  const colon = text.indexOf(':');
  const modifier = colon < 0 ? '' : text.slice(colon);
  const fixes = renames.map((field, index) =>
    fix(`Change [${text}] to [${field.tag}${modifier}]`, index === 0 && isClear, [
      range.start,
      range.end,
      `[${field.tag}${modifier}]`,
    ]),
  );
  const isAbstract = /^\s*ab(?:s|stract)?\s*$/i.test(colon < 0 ? text : text.slice(0, colon));
  const suggestion =
    renames.length === 0
      ? 'Choose a field of PubMed or remove the tag.'
      : `Did you mean ${renames.map((f) => `[${f.tag}] (${f.name})`).join(', ')}?`;
  const message = isAbstract
    ? `PubMed has no index of abstracts alone: [${text}] is not a field. Use [tiab], which searches titles, abstracts and author keywords.`
    : `PubMed has no field [${text.trim()}]. ${suggestion}`;
  // Never preferred: what stands in the brackets may be what is searched for.
  const remove = fix(`Remove the tag [${text.trim()}]`, false, [range.start, range.end, '']);
  problems.add('unknown-tag', 'error', range, message, isAfterBracket ? fixes : [...fixes, remove]);
}

function checkModifiers(
  text: string,
  field: Field,
  parts: TagParts,
  range: Range,
  term: TermNode | undefined,
  problems: ProblemList,
): void {
  const base = text.slice(0, text.indexOf(':')).trim();
  const plain = fix(`Change to [${base}]`, true, [range.start, range.end, `[${base}]`]);
  if (parts.unknownModifier !== undefined) {
    // Exploding is what PubMed does anyway, so nothing goes wrong.
    const isDefault = /^exp(?:lode)?$/.test(parts.unknownModifier) && field.explodes;
    const message = isDefault
      ? `PubMed includes narrower headings by itself and documents no ":${parts.unknownModifier}". Leave it out.`
      : `PubMed knows no ":${parts.unknownModifier}" behind a field. The modifiers are :noexp and :~N.`;
    problems.add('unknown-modifier', isDefault ? 'warning' : 'error', range, message, [plain]);
  }
  if (parts.noExplode && !field.explodes) {
    const message = `:noexp works with [mh], [majr], [sh] and [pt] only; ${field.name} has no hierarchy.`;
    problems.add('noexp-not-allowed', 'error', range, message, [plain]);
  }
  if (parts.distance !== undefined) checkProximity(field, parts.distance, plain, range, term, problems);
}

function checkProximity(
  field: Field,
  distance: string,
  plain: ReturnType<typeof fix>,
  range: Range,
  term: TermNode | undefined,
  problems: ProblemList,
): void {
  if (!field.proximity) {
    problems.add(
      'proximity-field',
      'error',
      range,
      `Proximity works in [ti], [tiab] and [ad] only, not in ${field.name}.`,
      [plain],
    );
    return;
  }
  if (!/^\d{1,4}$/.test(distance)) {
    const message = `The distance behind ":~" must be a whole number up to 1000: [${field.tag}:~2].`;
    problems.add('proximity-distance', 'error', range, message, [plain]);
    return;
  }
  if (term === undefined) return;
  const words = term.text.split(/[\s-]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length < 2) {
    problems.add('proximity-one-word', 'error', range, 'Proximity needs two or more words in the quotes.', [
      plain,
    ]);
  } else if (!term.quoted) {
    const { start, end } = term.textRange;
    // Words with a comment between them are not joined, so that the comment is not lost.
    const isOnePiece = end - start === term.text.length;
    const quote = fix('Put the words in quotes', true, [start, end, `"${term.text}"`]);
    const message = 'Proximity needs double quotes around the words: "word1 word2"[tiab:~2].';
    problems.add('proximity-quotes', 'error', range, message, [isOnePiece ? quote : plain]);
  }
  if (term.text.includes('*')) {
    const message =
      'With a "*" inside, PubMed ignores the proximity operator. Write out the word forms, each with its own proximity search.';
    problems.add('proximity-truncation', 'error', range, message, [plain]);
  }
}
