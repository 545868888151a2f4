import { hedges, parseQuery } from '../../pubmed/index.ts';
import type { Hedge } from '../../pubmed/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import { lineBreakOf } from '../../text/index.ts';
import { physicalStart } from '../locate.ts';
import { code, plain } from '../wording.ts';
import { wholeTermEdit } from './edits.ts';
import { fit } from './item.ts';
import type { Draft } from './item.ts';
import type { TermPlace } from './place.ts';

/** Longest text of a filter in the documentation, in characters. */
const LONGEST_SHOWN = 1_500;

/**
 * Validated filters, for the word `filter` or words of their names: the whole text in parentheses, and a comment on the line above
 * that says whose it is.
 */
export function completeHedges(
  document: StrategyDocument,
  place: TermPlace,
  text: string,
  start: number,
): Draft[] {
  if (place.isQuoted || place.isTagged) return [];
  const isAll = text.trim().length > 2 && 'filter'.startsWith(text.trim().toLowerCase());
  return hedges
    .filter(
      ({ name, label = name, group }) =>
        text.trim() === '' ||
        isAll ||
        fit(name, text) !== undefined ||
        fit(label, text) !== undefined ||
        fit(group, text) === 0,
    )
    .map((hedge) => hedgeItem(document, place, hedge, start));
}

function hedgeItem(document: StrategyDocument, place: TermPlace, hedge: Hedge, start: number): Draft {
  const edit = wholeTermEdit(place, start);
  const lineStart = physicalStart(document.text, place.offset);
  const comment = `// ${hedge.name}. ${sourceOf(hedge)}${lineBreakOf(document.text)}`;
  // An operator between the subject and the filter, where none stands yet.
  const isJoined = place.afterOperand && start === wordStart(place);
  const query = (isJoined ? `${hedge.combine} ` : '') + inParentheses(hedge);
  const isAtStart = edit.replace.start === lineStart;
  return {
    label: hedge.label ?? hedge.name,
    ...(hedge.label !== undefined || hedge.name.startsWith(hedge.group) ? {} : { description: hedge.group }),
    kind: 'hedge',
    subject: { kind: 'hedge', id: hedge.id },
    ...edit,
    newText: isAtStart ? comment + query : query,
    // Editors refuse two edits at one place.
    ...(isAtStart
      ? {}
      : { additionalEdits: [{ range: { start: lineStart, end: lineStart }, newText: comment }] }),
  };
}

/** Where the word at the cursor begins, when an operand ends right before it. */
function wordStart({ typed, start }: TermPlace): number {
  const first = /^\s*/.exec(typed)?.[0].length ?? 0;
  return start + first;
}

/** Texts of filters that were asked for, ready to be put in: parsing all of them with every key would be felt. */
const enclosed = new Map<string, string>();

function inParentheses({ id, query }: Hedge): string {
  const known = enclosed.get(id);
  if (known !== undefined) return known;
  const kind = parseQuery(query).root?.kind;
  const text = kind === 'group' || kind === 'term' ? query : `(${query})`;
  enclosed.set(id, text);
  return text;
}

function sourceOf({ source, year }: Hedge): string {
  return year === undefined || source.includes(String(year)) ? source : `${source}, ${year}`;
}

/** A filter at length: whose it is, how good it is, how it goes behind a search, its text. Markdown. */
export function describeHedge(id: string): string | undefined {
  const hedge = hedges.find((one) => one.id === id);
  if (hedge === undefined) return undefined;
  const { sensitivity, specificity } = hedge;
  const quality = [
    sensitivity === undefined ? '' : `sensitivity ${sensitivity} %`,
    specificity === undefined ? '' : `specificity ${specificity} %`,
  ].filter((part) => part !== '');
  const source =
    hedge.url === undefined ? plain(sourceOf(hedge)) : `[${plain(sourceOf(hedge))}](${hedge.url})`;
  return [
    `**${plain(hedge.name)}**`,
    `${source}${quality.length > 0 ? ` · ${quality.join(', ')} as published` : ''}`,
    hedge.note === undefined ? '' : plain(hedge.note),
    `Use: ${code(`(subject) ${hedge.combine} (filter)`)}`,
    code(hedge.query, LONGEST_SHOWN),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
