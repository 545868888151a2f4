import { detached, editDistance } from '../text/index.ts';

/** A search field of PubMed. Facts: NLM, PubMed User Guide ("Search field tags") and EInfo of 2025-11-27. */
export interface Field {
  /** Canonical short tag, `tiab`. */
  readonly tag: string;
  /** The name that PubMed's own search details use, `Title/Abstract`. */
  readonly name: string;
  /** Other spellings that PubMed accepts, lower case. */
  readonly aliases: readonly string[];
  /** Name of the index in EInfo; undefined where EInfo lists none. */
  readonly index: string | undefined;
  /** What it searches, in a line. */
  readonly description: string;
  /** Explodes by default, so that `:noexp` is allowed. */
  readonly explodes: boolean;
  /** `:~N` is allowed. */
  readonly proximity: boolean;
  /** Holds dates, so that ranges and "last N days" make sense. */
  readonly date: boolean;
  /** Its values are terms of the MeSH vocabulary (headings, subheadings). */
  readonly mesh: boolean;
  /** Its values are also found by `[all]`. */
  readonly inAllFields: boolean;
}

/** tag | name | aliases | EInfo index | flags: e explodes, p proximity, d date, m MeSH, x not in All Fields | description */
const ROWS = `
ad|Affiliation|affl|AFFL|p|Institution and address of the authors.
all|All Fields||ALL||Every index except places and most dates; untagged terms end here after term mapping.
aid|Article Identifier|doi|||DOI, publisher item identifier and similar ids.
au|Author|full author|FULL||Author names, Smith JA; initials are truncated unless quoted.
auid|Author Identifier|author - identifier|AUID||Author ids such as ORCID.
book|Book||BOOK||Book citations.
dcom|Completion Date|date - completion,cdat|CDAT|dx|When the record's indexing was completed.
cois|Conflict of Interest Statement|conflict of interest statements|COIS||Text of the conflict of interest statement.
cn|Corporate Author|author - corporate|COLN||Group or corporate authors.
crdt|Create Date|date - create|CRDT|dx|When the record was created; good for update searches.
rn|EC/RN Number|ecno,registry number|ECNO||Enzyme and chemical registry numbers.
ed|Editor||ED||Editors of books.
edat|Entry Date|date - entry,date - entrez,entrez date|EDAT|dx|When the record entered PubMed; good for update searches.
filter|Filter|sb,subset,filt|FILT||Subsets and filters, such as systematic[sb] or hasabstract.
1au|First Author Name|first author,author - first|FAUT||The first author only.
fau|Full Author Name|author - full|||Authors with full first names.
fir|Full Investigator Name|investigator - full|||Investigators with full first names.
gr|Grants and Funding|grant number,grant,grants|GRNT||Grant numbers, agencies and countries.
ir|Investigator||FINV||Collaborators and principal investigators.
isbn|ISBN||ISBN||Book numbers.
ip|Issue||ISS||Issue of the journal.
ta|Journal|jour,so,journal title|JOUR||Journal: abbreviation, full title or ISSN.
la|Language|lang|LANG||Language of the article, by name or three-letter code.
lastau|Last Author Name|author - last,last author|LAUT||The last author only.
lid|Location ID||LID||DOI or pii that locates the online article.
mhda|MeSH Date|date - mesh|MHDA|dx|When MeSH terms were assigned.
majr|MeSH Major Topic|mj|MAJR|em|Headings that are a main topic of the article; includes narrower headings unless :noexp.
sh|MeSH Subheadings|mesh subheading,subheading,subheadings,subh|SUBH|em|A subheading whatever its heading; includes narrower ones unless :noexp.
mh|MeSH Terms|mesh,mesh term|MESH|em|MeSH headings; includes narrower headings unless :noexp.
lr|Modification Date|date - modification,mdat|MDAT|dx|When the record was last changed.
jid|NLM Unique ID||||NLM's number of the journal.
ot|Other Term|otrm,other terms|OTRM||Keywords given by the authors.
pg|Pagination|page|PAGE||First page.
ps|Personal Name as Subject|subject - personal name|PS||People whom the article is about.
pa|Pharmacological Action|pharmacologic action|PAPX|m|Substances known to have this pharmacological action.
pl|Place of Publication|cnty|CNTY|x|Country of the journal.
pmid|PMID|uid|UID||PubMed's number of the record; adjacent numbers are ORed.
dp|Publication Date|date - publication,pdat|PDAT|d|When the article was published, print or electronic.
epdat|Electronic Publication Date|date - publication (electronic),electronic date of publication,epdt|EPDT|d|When the article was published electronically.
ppdat|Print Publication Date|date - publication (print),print date of publication,ppdt|PPDT|d|When the article was published in print.
pt|Publication Type|ptyp|PTYP|e|Kind of article, such as review; includes narrower types unless :noexp.
pubn|Publisher||PUBN||Publisher of books.
si|Secondary Source ID|secondary source|SI||Databank numbers, such as ClinicalTrials.gov's NCT numbers.
nm|Supplementary Concept|substance name,substance,subs|SUBS||Chemicals, protocols and rare diseases outside the headings.
tw|Text Words|text word,word|WORD||Title, abstract, MeSH terms, subheadings, publication types, substances, author keywords and more.
ti|Title|titl|TITL|p|Words of the title.
tiab|Title/Abstract||TIAB|p|Title, abstract, other abstracts and author keywords.
tt|Transliterated Title|title - transliterated|TT||Title in the original language.
vi|Volume|vol|VOL||Volume of the journal.
`;

/** Indexes that EInfo lists and the User Guide does not document; PubMed accepts their names as tags. */
const HIDDEN_ROWS = `
pid|Publisher ID||PID||Number of the record at its publisher; not documented.
aucl|Author Cluster ID||AUCL||Number of a group of articles by one author; not documented.
eid|Extended PMID||EID||PMID with its version; not documented.
dso|DSO||DSO||Additional text of the summary; not documented.
p1dat|P1DAT||P1DAT|dx|When the record was first searchable; not documented.
`;

/** The 49 fields, in the order of their names in the User Guide. */
export const fields: readonly Field[] = fieldsOf(ROWS);

function fieldsOf(rows: string): Field[] {
  return rows
    .trim()
    .split('\n')
    .map((row) => {
      const [tag = '', name = '', aliases = '', index = '', flags = '', description = ''] = row.split('|');
      return {
        tag,
        name,
        aliases: aliases === '' ? [] : aliases.split(','),
        index: index === '' ? undefined : index,
        description,
        explodes: flags.includes('e'),
        proximity: flags.includes('p'),
        date: flags.includes('d'),
        mesh: flags.includes('m'),
        inAllFields: !flags.includes('x'),
      };
    });
}

/** PubMed ignores case and white space in tags. */
function normalise(text: string): string {
  return text.toLowerCase().replace(/\s+/g, '');
}

const bySpelling = new Map<string, Field>();
for (const field of [...fields, ...fieldsOf(HIDDEN_ROWS)]) {
  for (const spelling of [field.tag, field.name, ...field.aliases, field.index ?? field.tag]) {
    const key = normalise(spelling);
    if (!bySpelling.has(key)) bySpelling.set(key, field);
  }
}

/** Longest spelling of a field; a tag much longer than this is no tag. */
export const LONGEST_TAG = 80;

/**
 * The field that the text of a tag names, modifiers (`:noexp`, `:~3`) put aside; undefined when PubMed has no such
 * field. `text` is without brackets.
 */
export function findField(text: string): Field | undefined {
  if (text.length > LONGEST_TAG) return undefined;
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  // Most tags are written as they stand in the table.
  const field = bySpelling.get(name);
  if (field !== undefined) return field;
  const known = spellings.get(name);
  if (known !== undefined) return known === false ? undefined : known;
  const found = bySpelling.get(normalise(name));
  if (spellings.size >= MAXIMUM_SPELLINGS) spellings.clear();
  spellings.set(detached(name), found ?? false);
  return found;
}

/** Spellings met so far, and what they name; a query repeats few of them very often. */
const spellings = new Map<string, Field | false>();
const MAXIMUM_SPELLINGS = 500;

/** Names that people use for fields that PubMed does not have, and what they should use. */
const RENAMES: Readonly<Record<string, readonly string[]>> = {
  ab: ['tiab'],
  abs: ['tiab'],
  abstract: ['tiab'],
  '/abstract': ['tiab'],
  text: ['tw', 'tiab'],
  kw: ['ot', 'tiab'],
  keyword: ['ot', 'tiab'],
  keywords: ['ot', 'tiab'],
  year: ['dp'],
  date: ['dp'],
  tiabmesh: ['tiab', 'mh'],
};

/** What the author of an unknown tag may have meant. */
export interface SimilarFields {
  /** Up to three, likeliest first. */
  readonly fields: readonly Field[];
  /** The first one is meant beyond doubt: no other one is as near. */
  readonly isClear: boolean;
}

/**
 * The fields that an unknown tag may mean: known renames; fields that it abbreviates, `Title/Abstr`, or that its parts name,
 * `tiab/title`; or else spellings within an edit distance of a third of the text's length.
 */
export function similarFields(text: string): SimilarFields {
  const key = normalise(text.slice(0, LONGEST_TAG).split(':')[0] ?? '');
  const renames = (Object.hasOwn(RENAMES, key) ? RENAMES[key] : undefined) ?? [];
  const named =
    renames.length > 0 ? new Set(renames.flatMap((tag) => bySpelling.get(tag) ?? [])) : fieldsIn(key);
  if (named.size > 0) return { fields: [...named].slice(0, 3), isClear: named.size === 1 };
  const limit = Math.max(1, Math.floor(key.length / 3));
  const near = [...bySpelling]
    .filter(([spelling]) => Math.abs(spelling.length - key.length) <= limit)
    .map(([spelling, field]) => ({ field, distance: editDistance(key, spelling) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  const [first] = near;
  const other = near.find(({ field }) => field !== first?.field);
  return {
    fields: [...new Set(near.map(({ field }) => field))].slice(0, 3),
    isClear: first !== undefined && first.distance < (other?.distance ?? Infinity),
  };
}

/** Shorter beginnings of a name abbreviate too many. */
const SHORTEST_BEGINNING = 5;

/** The fields that `key` abbreviates; for several parts those that the parts name, where [tiab] is all of text. */
function fieldsIn(key: string): ReadonlySet<Field> {
  const whole = fieldBeginning(key);
  if (whole !== undefined) return new Set([whole]);
  const parts = key.split(/\s*[/,+]\s*/);
  if (parts.length < 2) return new Set();
  const found = parts.map((part) => bySpelling.get(part) ?? fieldBeginning(part));
  if (found.includes(undefined)) return new Set();
  const all = new Set(found.filter((field) => field !== undefined));
  const text = [...all].find(({ tag }) => tag === 'tiab');
  return text !== undefined && [...all].every(({ tag }) => tag === 'tiab' || tag === 'ti')
    ? new Set([text])
    : all;
}

/** The one field that has a name which begins so. */
function fieldBeginning(key: string): Field | undefined {
  if (key.length < SHORTEST_BEGINNING) return undefined;
  const found = new Set(
    [...bySpelling].flatMap(([spelling, field]) => (spelling.startsWith(key) ? field : [])),
  );
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

/** The parts of a tag's text. */
export interface TagParts {
  readonly field: Field | undefined;
  readonly noExplode: boolean;
  /** What follows `:~`, trimmed; undefined without proximity. */
  readonly distance: string | undefined;
  /** A modifier that PubMed does not know, without its colon. */
  readonly unknownModifier: string | undefined;
}

/** Takes the text of a tag apart: `MeSH Terms:no exp`, `tiab:~3`. `text` is without brackets. */
export function splitTag(text: string): TagParts {
  const colon = text.indexOf(':');
  if (colon < 0)
    return { field: findField(text), noExplode: false, distance: undefined, unknownModifier: undefined };
  const modifier = normalise(text.slice(colon + 1));
  const noExplode = modifier === 'noexp' || modifier === 'noexplode';
  const distance = modifier.startsWith('~') ? modifier.slice(1) : undefined;
  const known = noExplode || distance !== undefined;
  return { field: findField(text), noExplode, distance, unknownModifier: known ? undefined : modifier };
}
