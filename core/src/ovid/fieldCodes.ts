/**
 * Ovid MEDLINE's two-letter field codes and the PubMed tags that search about the same. What PubMed's tags cover is from NLM's
 * User Guide. The meanings of Ovid's codes are general knowledge of the platform; of the rarer ones (`up`, `da`, `dc`, `dt`, `st`, the concept
 * codes) none has been checked against Ovid's present database guide.
 *
 * code | PubMed tags | note: reason and message where the two differ, `-` where they do not
 */
const ROWS = `
ti | ti | -
ab | tiab | field-ab: PubMed has no abstract index; [tiab] also searches titles
tw | tiab | -
kf | ot | -
kw | ot | field-kw: Ovid's .kw. matches whole keywords, [ot] also words within them
bt | ti | field-bt: the book title is part of [ti]
ot | tt | -
mp | tw | field-mp: .mp. became [tw], which searches about the same fields
tx | tw | field-mp: .tx. became [tw], which searches about the same fields
af | all | field-af: the two sites' "all fields" differ
hw | tw | field-hw: PubMed has no index of words of headings; [tw] also searches title and abstract
sy | tw | field-hw: PubMed has no index of synonyms; [tw] searches all text words
ui | pmid | field-ui: Ovid's unique identifier is not always the PMID
pm | pmid | -
nm | nm | field-nm: [nm] holds supplementary concepts; Ovid's .nm. also headings that are substances
rn | rn | field-rn: Ovid's .rn. also searches names of substances
ps | ps | -
pn | ps | -
px | nm | field-concept: protocol concepts are part of [nm]
rx | nm | field-concept: rare disease concepts are part of [nm]
ox | nm | field-concept: organism concepts are part of [nm]
ux | nm | field-concept: population concepts are part of [nm]
mx | nm | field-concept: anatomy concepts are part of [nm]
an | nm | field-concept: anatomy concepts are part of [nm]
sh | mh | -
xm | mh | -
fs | sh | -
fx | sh | field-fx: PubMed looks up whole subheadings, not words of them
xs | sh | -
pt | pt | -
au | au | -
fa | fau | -
ax | au | -
pa | 1au | -
fw | fau | field-author: words of an author's full name
ir | ir | -
fi | fir | -
ca | cn | field-cn: Ovid's .ca. became the corporate author, [cn]
cn | cn | -
in | ad | -
ia | ad | -
jn | ta | -
ja | ta | -
jw | ta | field-jw: PubMed looks up whole journal names, not words of them
nj | ta | -
nw | ta | field-jw: PubMed looks up whole journal names, not words of them
jc | jid | -
is | ta | -
ib | isbn | -
vo | vi | -
ip | ip | -
pg | pg | -
gr | gr | -
gi | gr | -
go | gr | field-gr: agencies are part of [gr]
no | gr | field-gr: grant numbers are part of [gr]
si | si | -
do | aid | -
cp | pl | -
pl | pl | -
la | la | -
lg | la | -
yr | dp | -
dp | dp | -
ep | epdat | -
ed | edat | field-ed: Ovid's entry date is when a record entered MEDLINE, [edat] when it entered PubMed
ez | edat | -
dc | crdt | field-date: Ovid's .dc. became the create date, [crdt]
dt | crdt | field-date: Ovid's .dt. became the create date, [crdt]
da | mhda | field-date: Ovid's .da. became the MeSH date, [mhda]
up | lr | field-date: Ovid's update code became the modification date, [lr]
rd | lr | -
sb | sb | field-sb: Ovid and PubMed name subsets differently
st | sb | field-sb: record states are subsets in PubMed
cm | tw | field-none: PubMed does not search the text of comments; [tw] was used
cs | ad | field-none: there is no counterpart of .cs.; affiliations were used
ge | tw | field-none: PubMed has no index of gene symbols; [tw] was used
`;

/** What PubMed has for one of Ovid's fields. */
export interface FieldCode {
  /** Two letters, lower case. */
  readonly code: string;
  /** PubMed's tag. */
  readonly tag: string;
  /** Why the two differ; undefined where they search the same. */
  readonly difference: { readonly reason: string; readonly message: string } | undefined;
}

const byCode = new Map<string, FieldCode>(
  ROWS.trim()
    .split('\n')
    .map((row) => {
      const [code = '', tag = '', note = '-'] = row.split('|').map((part) => part.trim());
      const colon = note.indexOf(':');
      const difference =
        note === '-' ? undefined : { reason: note.slice(0, colon), message: note.slice(colon + 1).trim() };
      return [code, { code, tag, difference }];
    }),
);

/** The field of an Ovid code in any case; undefined when Ovid MEDLINE has no such field. */
export function findFieldCode(code: string): FieldCode | undefined {
  return byCode.get(code.toLowerCase());
}

/** How many characters a field suffix may have at most. */
const LONGEST_SUFFIX = 80;
/** A dot may stand for the comma between codes, unless an operator follows: `asthma.tw. or` at the end of a line. */
const SUFFIX =
  /\.\s*[a-z]{2}(?:\s*(?:,|\.(?=\s*(?!or\b)[a-z]{2}\s*(?:[.,)]|$)))\s*[a-z]{2})*\s*,?(?:\s*\.)?(?![\p{L}\p{N}_])/iuy;
/** What Ovid's own title search writes. */
const LONG_NAME = /\.m_titl\.?(?![\p{L}\p{N}_])/iuy;
/** A code between dots, or several, of which none or not all are known. */
const UNKNOWN = /\.([a-z]{2}(?:,[a-z]{2})*)\.$/i;

/** `.ti,ab.`, `.tw`, `.ti. ab .` at `start` of `text`: its end and its codes; undefined when there is none. */
export function fieldSuffixAt(
  text: string,
  start: number,
): { readonly end: number; readonly codes: readonly string[] } | undefined {
  if (text.charCodeAt(start) !== 46) return undefined;
  LONG_NAME.lastIndex = 0;
  const long = LONG_NAME.exec(text.slice(start, start + LONGEST_SUFFIX));
  if (long !== null) return { end: start + long[0].length, codes: ['ti'] };
  SUFFIX.lastIndex = 0;
  const match = SUFFIX.exec(text.slice(start, start + LONGEST_SUFFIX));
  if (match === null) return undefined;
  const codes = match[0].toLowerCase().match(/[a-z]{2}/g) ?? [];
  if (codes.some((code) => !byCode.has(code))) return undefined;
  return { end: start + match[0].length, codes };
}

/**
 * A word that ends in fields of which not all are known, `asthma.xy.`: the word, which may be empty, and the codes in lower case;
 * undefined for other words.
 */
export function unknownField(
  word: string,
): { readonly word: string; readonly codes: readonly string[] } | undefined {
  if (!word.endsWith('.')) return undefined;
  const match = UNKNOWN.exec(word.slice(-LONGEST_SUFFIX));
  if (match === null) return undefined;
  return {
    word: word.slice(0, word.length - match[0].length),
    codes: (match[1] ?? '').toLowerCase().split(','),
  };
}
