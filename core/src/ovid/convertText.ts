import { findPublicationType, findSubheading } from '../pubmed/index.ts';
import type { Range } from '../text/index.ts';
import { draft, planAt, planFields } from './context.ts';
import type { Conversion, FieldPlan } from './context.ts';
import { convertDate } from './convertDate.ts';
import { BROAD_TYPES, convertHeading, subheadingTag } from './convertHeading.ts';
import { oneLine } from './notes.ts';
import type { Draft } from './notes.ts';
import { join, leaf } from './output.ts';
import type { Output } from './output.ts';
import { findRetiredSubheading } from './retiredSubheadings.ts';
import { cleanText, hasWord, tagged } from './termText.ts';
import type { HeadingNode, TermPiece, TextNode } from './tree.ts';
import { spellWord } from './wildcards.ts';

/** Spellings of one phrase that are written out at most. */
const MOST_PHRASES = 60;
/** Fields whose values are looked up as wholes, so that their text is no words of a text. */
const DATE_TAGS = new Set(['dp', 'edat', 'crdt', 'mhda', 'lr', 'epdat']);

/** The spellings of a phrase for PubMed, with what had to be changed. */
export interface Phrases {
  readonly texts: readonly string[];
  readonly notes: readonly Draft[];
}

/** Spells out the pieces of a term, wildcards included. */
export function spellPieces(pieces: readonly TermPiece[], range: Range, conversion: Conversion): Phrases {
  const words = pieces.flatMap(({ text }) => text.split(/\s+/)).filter((word) => word !== '');
  const notes = new Map<string, Draft>();
  let texts = [''];
  let before = 0;
  for (const word of words) {
    const spelling = spellWord(word, before);
    before += word.replace(/[$*:?#]/g, '').length;
    for (const { reason, message } of spelling.notes)
      notes.set(`${reason} ${message}`, draft('approximate', reason, range, message));
    let choices = spelling.variants;
    if (texts.length * choices.length > MOST_PHRASES || !conversion.spend(texts.length * choices.length)) {
      choices = choices.slice(0, 1);
      if (spelling.variants.length > 1)
        notes.set(
          'many',
          draft('approximate', 'wildcard-many', range, 'there are too many spellings; only some are listed'),
        );
    }
    texts = texts.flatMap((text) => choices.map((choice) => (text === '' ? choice : `${text} ${choice}`)));
  }
  const clean = [...new Set(texts.map(cleanText).filter(hasWord))];
  return { texts: clean, notes: [...notes.values()] };
}

/** A term with the fields that apply to it. */
export function convertText(
  node: TextNode,
  inherited: FieldPlan | undefined,
  conversion: Conversion,
): Output | undefined {
  const heading = withoutSlash(node);
  if (heading !== undefined && inherited?.tags.includes('mh') !== true)
    return convertUnslashed(heading, conversion);
  let plan = planAt(
    node.fields === undefined
      ? (inherited ?? planFields(undefined, node.range))
      : planFields(node.fields, node.range),
    node.range,
  );
  if (plan.tags.includes('rn') && !isRegistryNumber(node)) plan = namesOfSubstances(plan, node.range);
  const number = /^\d{1,4}$/.exec(node.pieces[0]?.text ?? '')?.[0];
  if (node.pieces.length === 1 && number !== undefined && conversion.has(Number(number)))
    plan = {
      ...plan,
      notes: [
        ...plan.notes,
        draft(
          'approximate',
          'number-field',
          node.range,
          `"${number}" was read as a word, because a field applies to it; if line ${number} is meant, leave the field out`,
        ),
      ],
    };
  const parts = plan.tags.map((tag) => oneField(node, tag, plan, conversion));
  const result = join('OR', parts);
  if (result === undefined) return undefined;
  // What stands for the whole term has no differences of fields.
  const notes = result.kind === 'leaf' && result.text.startsWith('hascomment') ? [] : plan.notes;
  const all = { ...result, notes: [...result.notes, ...notes] };
  return all.notes.length > 0 || hasNotes(all)
    ? all
    : { ...all, notes: [draft('exact', 'term', node.range, 'the same in PubMed')] };
}

/** `exp Asthma` without its slash and without a field of its own. */
function withoutSlash({ pieces, fields, range }: TextNode): HeadingNode | undefined {
  const [first, ...words] = pieces;
  if (fields !== undefined || words.length === 0 || first?.quoted !== false) return undefined;
  if (!/^(?:exp|explode)$/i.test(first.text)) return undefined;
  const text = words.map((word) => word.text).join(' ');
  return {
    kind: 'heading',
    range,
    text: text.replace(/^\*+/, ''),
    explode: true,
    focus: text.startsWith('*'),
    subheadings: [],
  };
}

function convertUnslashed(heading: HeadingNode, conversion: Conversion): Output | undefined {
  const output = convertHeading(heading, conversion);
  if (output === undefined) return undefined;
  const note = draft(
    'approximate',
    'slash-missing',
    heading.range,
    `there is no slash behind exp ${heading.text}; it was read as a heading`,
  );
  return { ...output, notes: [...output.notes, note] };
}

/** CAS and EC numbers and UNIIs, as `[rn]` holds them; the codes may be truncated. */
function isRegistryNumber({ pieces }: TextNode): boolean {
  const text = pieces.map((piece) => piece.text).join(' ');
  return /^(?:ec\s*)?\d[\d.\-a-z]*[$*:]?$/i.test(text) || /^[a-z\d]{10}$/i.test(text);
}

/** Ovid's `.rn.` takes names of substances, too; PubMed has them in `[nm]`. */
function namesOfSubstances(plan: FieldPlan, range: Range): FieldPlan {
  return {
    ...plan,
    tags: [...new Set(plan.tags.map((tag) => (tag === 'rn' ? 'nm' : tag)))],
    notes: [
      ...plan.notes.filter(({ reason }) => reason !== 'field-rn'),
      draft(
        'approximate',
        'field-rn',
        range,
        'the name of a substance is searched with [nm], since [rn] holds numbers only; [nm] leaves out substances that are headings',
      ),
    ],
  };
}

function hasNotes(output: Output): boolean {
  return output.kind === 'join' && output.items.some((item) => item.notes.length > 0 || hasNotes(item));
}

function oneField(node: TextNode, tag: string, plan: FieldPlan, conversion: Conversion): Output | undefined {
  const raw = node.pieces.map(({ text }) => text).join(' ');
  const { range } = node;
  if (tag === 'mh') {
    const words = raw.replace(/^exp\s+/i, '');
    const explode = plan.codes.has('xm') || words !== raw;
    return convertHeading(
      { kind: 'heading', range, text: words, explode, focus: false, subheadings: [] },
      conversion,
    );
  }
  if (tag === 'sh') return floating(raw, range, plan.codes.has('xs'), conversion);
  if (tag === 'pt') return publicationType(node, conversion);
  if (DATE_TAGS.has(tag)) return convertDate(raw, tag, range, conversion);
  if (plan.codes.has('cm')) {
    const has = /^comment (on|in)$/i.exec(raw)?.[1]?.toLowerCase();
    if (has !== undefined) return leaf(`hascomment${has}`);
  }
  if (tag === 'au') return author(raw, range);
  return words(node, tag, conversion);
}

function words(node: TextNode, tag: string, conversion: Conversion): Output | undefined {
  const template = node.pieces.map(({ text }) => text).join(' ');
  if (/^<[^<>]*>$/.test(template))
    return conversion.drop(
      draft(
        'refused',
        'template',
        node.range,
        `${oneLine(template)} stands for a filter that is not written out; it was left out`,
      ),
    );
  const { texts, notes } = spellPieces(node.pieces, node.range, conversion);
  if (texts.length === 0)
    return conversion.drop(
      draft('refused', 'no-word', node.range, 'there is no word in this term; it was left out'),
    );
  const isSubset = tag === 'sb';
  return join(
    'OR',
    texts.map((text) => leaf(tagged(isSubset ? subsetName(text) : text, tag, tag === 'all'))),
    notes,
  );
}

/** Ovid's record states under PubMed's names. */
function subsetName(text: string): string {
  const key = text.toLowerCase().replace(/[^a-z]+/g, '');
  const known: Readonly<Record<string, string>> = {
    indatareview: 'inprocess',
    inprocess: 'inprocess',
    pubmednotmedline: 'pubmednotmedline',
    publisher: 'publisher',
    medline: 'medline',
    oldmedline: 'oldmedline',
  };
  return Object.hasOwn(known, key) ? (known[key] ?? text) : text;
}

/** `dt.fs.` and `drug therapy.fs.`. */
function floating(raw: string, range: Range, explode: boolean, conversion: Conversion): Output | undefined {
  const text = cleanText(raw);
  const now = findSubheading(text);
  if (now !== undefined) return leaf(subheadingTag(now, explode));
  const retired = findRetiredSubheading(text);
  const replacement = retired?.now === undefined ? undefined : findSubheading(retired.now);
  if (retired !== undefined && replacement !== undefined)
    return leaf(subheadingTag(replacement, explode), [
      draft(
        'approximate',
        'subheading-retired',
        range,
        `MeSH replaced the subheading ${retired.name} by ${replacement.name}, which is wider`,
      ),
    ]);
  if (retired !== undefined)
    return conversion.drop(
      draft(
        'refused',
        'subheading-retired',
        range,
        `MeSH has no subheading ${retired.name} any more; it was left out`,
      ),
    );
  if (!hasWord(text))
    return conversion.drop(
      draft('refused', 'no-word', range, 'there is no word in this term; it was left out'),
    );
  return leaf(tagged(text, 'sh', true), [
    draft(
      'approximate',
      'subheading-unknown',
      range,
      `"${text}" is no subheading that MeSH is known to have`,
    ),
  ]);
}

function publicationType(node: TextNode, conversion: Conversion): Output | undefined {
  const raw = cleanText(node.pieces.map(({ text }) => text).join(' '));
  const { texts, notes: spellings } = spellPieces(node.pieces, node.range, conversion);
  const type = [raw.replace(/\*$/, ''), ...texts]
    .map((text) => findPublicationType(text))
    .find((found) => found !== undefined);
  if (type === undefined) {
    if (texts.length === 0)
      return conversion.drop(
        draft('refused', 'no-word', node.range, 'there is no word in this term; it was left out'),
      );
    return join(
      'OR',
      texts.map((text) => leaf(tagged(text, 'pt', !text.includes('*')))),
      [
        ...spellings,
        draft(
          'approximate',
          'type-unknown',
          node.range,
          `"${raw}" is no publication type that PubMed is known to have`,
        ),
      ],
    );
  }
  const notes: Draft[] = [];
  if (type.name.toLowerCase() !== raw.toLowerCase())
    notes.push(
      draft(
        'approximate',
        'type-renamed',
        node.range,
        `PubMed calls the publication type "${raw}" "${type.name}"`,
      ),
    );
  if (BROAD_TYPES.has(type.name))
    notes.push(
      draft(
        'approximate',
        'type-narrower',
        node.range,
        "[pt] includes narrower types, Ovid's .pt. does not; [pt:noexp] would be the same",
      ),
    );
  return leaf(`"${type.name}"[pt]`, notes);
}

/** `Gerber C$.au.`: PubMed adds further initials by itself unless the name is in quotes. */
function author(raw: string, range: Range): Output | undefined {
  const isTruncated = /[$*:]\s*$/.test(raw);
  const name = cleanText(raw.replace(/[$*:?#,.]/g, ' '));
  if (!hasWord(name))
    return leaf('"anonymous"[au]', [draft('approximate', 'no-word', range, 'there is no name in this term')]);
  if (!isTruncated) return leaf(tagged(name, 'au', true));
  const hasInitials = /\s\p{L}{1,3}$/u.test(name);
  if (hasInitials && !/\b(?:and|or|not)\b/i.test(name) && /^[\p{L}\p{M}' ’-]+$/u.test(name))
    return leaf(`${name}[au]`);
  return leaf(tagged(name.length >= 4 ? `${name}*` : name, 'au'));
}
