import type { Thesaurus } from '../../mesh/index.ts';
import { subheadings } from '../../pubmed/index.ts';
import type { Subheading } from '../../pubmed/index.ts';
import { code, plain } from '../wording.ts';
import { valueEdit, wholeTermEdit } from './edits.ts';
import { fitting } from './item.ts';
import type { Draft } from './item.ts';
import type { TermPlace } from './place.ts';

/** Subheadings behind the slash of a heading; undefined where the slash is none of a heading's. */
export function completeAfterSlash(place: TermPlace, thesaurus: Thesaurus | undefined): Draft[] | undefined {
  const slash = place.typed.lastIndexOf('/');
  if (slash < 0) return undefined;
  const heading = place.headingBefore ?? headingIn(place, place.typed.slice(0, slash), thesaurus);
  if (heading === undefined) return undefined;
  const allowed = thesaurus?.byTerm(heading)?.allowedSubheadings;
  const known =
    allowed === undefined ? subheadings : subheadings.filter(({ code: one }) => allowed.includes(one));
  const typed = place.typed.slice(slash + 1);
  const start = place.start + slash + 1;
  return fitting(known, typed, names).map((subheading) => ({
    ...item(subheading),
    newText: subheading.name.toLowerCase(),
    insert: { start, end: place.offset },
    replace: { start, end: place.end },
    filterText: `${subheading.name} ${subheading.code}`,
  }));
}

/** The heading in front of a slash: what stands in a field of headings, or the longest run of words that MeSH knows. */
function headingIn(place: TermPlace, before: string, thesaurus: Thesaurus | undefined): string | undefined {
  const text = before.trim();
  if (text === '') return undefined;
  if (place.field === 'mh' || place.field === 'majr') return text;
  if (place.isTagged || thesaurus === undefined) return undefined;
  if (place.isQuoted) return thesaurus.byTerm(text) ? text : undefined;
  const starts = [...text.matchAll(/\S+/g)].map(({ index }) => index).slice(-8);
  return starts.map((at) => text.slice(at)).find((run) => thesaurus.byTerm(run) !== undefined);
}

/** Subheadings in a term of `[sh]`. */
export function completeSubheadings(place: TermPlace): Draft[] {
  return fitting(subheadings, place.typed, names).map((subheading) => ({
    ...item(subheading),
    newText: place.isQuoted ? subheading.name.toLowerCase() : `"${subheading.name.toLowerCase()}"`,
    ...valueEdit(place),
  }));
}

/** Subheadings that float, `"drug therapy"[sh]`, where a term may stand. */
export function completeFloating(place: TermPlace, text: string, start: number): Draft[] {
  return fitting(subheadings, text, ({ name }) => [name], true).map((subheading) => ({
    ...item(subheading),
    suffix: ' [sh]',
    ...wholeTermEdit(place, start),
    newText: `"${subheading.name.toLowerCase()}"[sh]`,
  }));
}

function names({ name, code: short }: Subheading): readonly string[] {
  return [name, short];
}

function item({
  name,
  code: short,
}: Subheading): Pick<Draft, 'label' | 'description' | 'kind' | 'documentation'> {
  return {
    label: name.toLowerCase(),
    description: short,
    kind: 'subheading',
    documentation: `MeSH subheading **${plain(name.toLowerCase())}**, also written ${code(short)}.`,
  };
}
