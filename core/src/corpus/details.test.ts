import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import { parseQuery } from '../pubmed/index.ts';
import type { ResolvedQuery } from '../pubmed/index.ts';
import { CitationIndex } from './citationIndex.ts';
import { evaluate } from './evaluate.ts';
import { loadIndex, serializeIndex } from './indexFormat.ts';
import { detailedRecords } from './testing/detailedRecords.ts';
import { SlowEvaluator } from './testing/slowEvaluator.ts';

const thesaurus = loadThesaurus(
  [
    { ui: 'D006801', name: 'Humans', entry: [], tree: ['B01.050'] },
    { ui: 'D000328', name: 'Adult', entry: [], tree: ['M01.060.116'] },
    { ui: 'D000368', name: 'Aged', entry: ['Elderly'], tree: ['M01.060.116.100'] },
    { ui: 'D000661', name: 'Amphetamines', entry: [], tree: ['D02.675'] },
    { ui: 'D018817', name: 'N-Methyl-3,4-methylenedioxyamphetamine', entry: ['MDMA'], tree: ['D02.675.276'] },
  ].map((row) => JSON.stringify({ ...row, pa: [] })),
);
const today = '2021-03-31';
const index = loadIndex(serializeIndex(CitationIndex.build(detailedRecords)));
const slow = new SlowEvaluator(detailedRecords, thesaurus, today);

function query(text: string): ResolvedQuery {
  const { root } = parseQuery(text);
  if (root === undefined) throw new Error(`"${text}" is empty.`);
  return { root, references: new Map(), key: text };
}

function found(text: string): number[] | undefined {
  try {
    const { docs } = evaluate(index, query(text), { thesaurus, today });
    return [...docs.toArray()].map((doc) => Number(index.idOf(doc)));
  } catch {
    return undefined;
  }
}

/** Every field and limit that the rarer facts answer, with what it must find. */
const cases: readonly (readonly [text: string, ids: readonly number[] | undefined])[] = [
  // Print and electronic dates: a single date leaves out what appeared electronically after print, a range does not.
  ['2019[dp]', [201]],
  ['2019/11[dp]', [201]],
  // Of 204 only the year is known, so it is in each of its months.
  ['2021/06[dp]', [204]],
  ['2021/06:2021/12[dp]', [202, 204]],
  ['2021/02[dp]', [202, 203, 204]],
  ['2021[dp]', [202, 203, 204]],
  ['2020/03/15[ppdat]', [201]],
  ['2021/06/01[epdat]', [202]],
  ['2021 Feb[dp]', [202, 203, 204]],
  ['2021 winter[dp]', [204]],
  ['2019/12[edat]', [201]],
  ['2019/12:2021/01[edat]', [201, 202]],
  ['2019/12/02[crdt]', [201]],
  ['2020/06[mhda]', [201]],
  ['2020[dcom]', [201]],
  ['2021/02/28[lr]', [201]],
  // A month before the last of March is the last of February.
  ['"last 1 month"[lr]', [201]],
  ['"last 59 days"[edat]', [202]],
  ['"last 58 days"[edat]', []],
  ['"last 2 years"[edat]', [201, 202]],
  ['2021/02/30[edat]', undefined],
  ['"last 3 weeks"[edat]', undefined],
  // People.
  ['smith john a[fau]', [201]],
  ['john a smith[fau]', [201]],
  ['smith ja[fau]', []],
  ['smith j[au]', [201]],
  ['smith john[1au]', [201]],
  ['muller ludenscheidt karl[fau]', [201]],
  ['falls prevention study group[au]', [201]],
  ['falls prevention study group[lastau]', [201]],
  ['"study group"[cn]', [201]],
  ['prevent*[cn]', [201]],
  ['curie m[ir]', [201]],
  ['curie, marie[fir]', [201]],
  ['pasteur[ir]', [201]],
  ['pasteur l[fir]', []],
  ['darwin c[ps]', [201]],
  ['darwin[tw]', [201]],
  ['editor e[ed]', [201]],
  ['smith z[ed]', [202]],
  ['0000-0002-1825-0097[auid]', [201]],
  ['"https://orcid.org/0000000218250097"[auid]', [201]],
  // Text.
  ['sturz[tt]', [201]],
  ['sturzregister[tt]', [201]],
  ['sturz[tw]', []],
  ['sturz', [201]],
  ['chutes[tiab]', [201]],
  ['"older people chutes"[tiab:~1000]', []],
  ['employee[cois]', [201]],
  ['"fall detectors"[cois]', [201]],
  ['employee[tw]', []],
  // Numbers.
  ['hl012345[gr]', [201]],
  ['"NHLBI NIH"[gr]', [201]],
  ['nct00000001[si]', [201]],
  ['"clinicaltrials.gov/nct00000001"[si]', [201]],
  ['NCT00000001', [201]],
  ['nct00000001[tw]', [201]],
  ['1474-547x[ta]', [201]],
  ['2985213R[jid]', [201]],
  ['england[pl]', [201]],
  ['england', []],
  ['"invented university"[pubn]', [202]],
  ['9783161484100[isbn]', [202]],
  ['978-3-16-148410-0[isbn]', [202]],
  ['"big book"[book]', [202]],
  ['"S0140-6736(16)31678-6"[aid]', [201]],
  ['pmc1234567[aid]', [201]],
  ['"10.1000/falls(20)1"[lid]', [201]],
  ['10.1000*[aid]', [201]],
  ['R16CO5Y76E[rn]', [201]],
  ['french[la]', [201]],
  // A comma without a space in the name of a heading.
  ['"N-Methyl-3,4-methylenedioxyamphetamine"[mh]', [202]],
  ['amphetamines[mh]', [202]],
  ['mdma[mh]', [202]],
  // Status, subsets, links.
  ['medline[sb]', [201]],
  ['publisher[sb]', [202, 205]],
  ['pubmednotmedline[sb]', [203]],
  ['inprocess[sb]', [204]],
  ['jsubsetaim', [201]],
  ['jsubsetn', []],
  ['hasretractionin', [201]],
  ['hascommentin', [201]],
  ['haserratumfor', [203]],
  ['hascois', [201]],
  ['hasdatabanklist', [201]],
  ['hasnihmsid', [201]],
  ['hasabstract', [201, 203]],
  ['hasabstract[sb]', [201, 203]],
  ['haskeyword', [201]],
  ['preprint[filter]', [201]],
  ['excludepreprints[filter]', [202, 203, 204, 205]],
  ['hasplainlanguagesummary', undefined],
  ['jsubset', []],
  ['ownernasa', undefined],
  // Filters of the sidebar, and published ones.
  ['humans[filter]', [201]],
  ['aged[filter]', [201]],
  ['alladult[filter]', [201]],
  ['adult[filter]', []],
  ['y_1[filter]', [202, 203, 204]],
  ['french[sb]', [201]],
  ['therapy/narrow[filter]', []],
  ['diagnosis / broad[filter]', []],
  // `systematic review[ti]` of the published text is a phrase of PubMed, so it is not taken apart; on its own it is.
  ['systematic[sb]', []],
  ['systematic review[ti]', [205]],
  ['free full text[sb]', undefined],
  ['cancer[sb]', undefined],
];

describe('facts that only some sources tell', () => {
  it.each(cases)('%s', (text, ids) => {
    expect(found(text)).toEqual(ids);
    expect(slow.evaluate(query(text))?.map(Number)).toEqual(ids);
  });

  it('ends on a day by print or electronic date', () => {
    const { docs } = evaluate(index, query('falls[ti] OR press[ti]'), { until: '2019-12-31' });
    expect([...docs.toArray()].map((doc) => index.idOf(doc))).toEqual(['201']);
  });

  it.each([
    ['humans[filter]', 'searched-as-published', 'humans[mh]'],
    ['systematic[sb]', 'searched-as-published', 'systematic review[ti]'],
    ['hl012345[gr]', 'sparse-field', 'Only 1 of 5 records here have grants [gr]'],
    ['r01[gr] OR x[ad]', 'absent-field', 'No record here has affiliations [ad]'],
    ['"last 3 weeks"[edat] OR falls', 'ignored', 'days, months and years'],
    ['2021/02/30[edat] OR falls', 'ignored', 'has 28 days'],
  ])('%s warns %s', (text, code, part) => {
    const { warnings } = evaluate(index, query(text), { thesaurus, today });
    expect(warnings.find((one) => one.code === code)?.message).toContain(part);
  });
});
