import { formatCount } from '../../text/index.ts';
import type { CitationDetails, CitationRecord } from '../record.ts';
import type { ExportFormat } from './index.ts';

type Has = (record: CitationRecord) => boolean;

const detail =
  (name: keyof CitationDetails): Has =>
  ({ more }) => {
    const value = more?.[name];
    return value !== undefined && (!Array.isArray(value) || value.length > 0);
  };
const isOwnId: Has = ({ id }) => !/^(?:\d{1,9}$|NCT\d{8}$|doi:|title:)/.test(id);
const otherIds: Has = ({ more }) => (more?.articleIds ?? []).some((id) => !/^PMC\d+$/.test(id));
const substances: Has = (record) => record.substances.length > 0;

/** What neither RIS nor a table has a place for. */
const RARE: readonly (readonly [what: string, has: Has])[] = [
  ['dates of entry, indexing and revision', detail('days')],
  ['full names of authors', detail('fullAuthors')],
  ['authors’ ORCID', detail('authorIds')],
  ['investigators', detail('investigators')],
  ['persons as subjects', detail('personalSubjects')],
  ['other abstracts', detail('otherAbstracts')],
  ['grants', detail('grants')],
  ['numbers in other databases', detail('databankIds')],
  ['ids of publishers', otherIds],
  ['MEDLINE status and subset', (record) => detail('status')(record) || detail('subsets')(record)],
  ['links to comments, errata and retractions', detail('links')],
  ['conflict of interest statements', detail('conflictStatement')],
  ['ids that are neither PMID nor NCT number nor DOI', isOwnId],
];

/** What of a record has no place in a format, in the order in which it is told. */
const LOSSES: Readonly<Record<ExportFormat, readonly (readonly [what: string, has: Has])[]>> = {
  nbib: [
    ['dates of print', ({ more }) => more?.days?.ppdat !== undefined],
    ['links to comments, errata and retractions', detail('links')],
  ],
  ris: [['substances', substances], ...RARE],
  csv: [['editors', detail('editors')], ['titles in the original', detail('transliteratedTitles')], ...RARE],
};

const NAMES: Readonly<Record<ExportFormat, string>> = { nbib: 'nbib', ris: 'RIS', csv: 'A table' };

/** Counts what the records of an export lose by its format. */
export class ExportLosses {
  readonly #format: ExportFormat;
  readonly #counts = new Map<string, number>();
  #headings = 0;
  #ids = 0;

  constructor(format: ExportFormat) {
    this.#format = format;
  }

  add(record: CitationRecord): void {
    for (const [what, has] of LOSSES[this.#format])
      if (has(record)) this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
    if (this.#format === 'ris' && record.mesh.length > 0) this.#headings++;
    if (this.#format === 'nbib' && !/^\d{1,9}$/.test(record.id)) this.#ids++;
  }

  /** For people, a sentence each; none where nothing is lost. */
  notes(): readonly string[] {
    const lost = [...this.#counts].map(([what, count]) => `${what} (${records(count)})`);
    return [
      ...(this.#headings > 0
        ? [`RIS has no place for MeSH: headings are written as keywords (${records(this.#headings)}).`]
        : []),
      ...(this.#ids > 0
        ? [`${records(this.#ids, true)} no PMID: their own ids stand in the place of it.`]
        : []),
      ...(lost.length > 0 ? [`${NAMES[this.#format]} has no place for ${lost.join(', ')}.`] : []),
    ];
  }
}

function records(count: number, verb = false): string {
  const noun = count === 1 ? '1 record' : `${formatCount(count)} records`;
  return verb ? `${noun} ${count === 1 ? 'has' : 'have'}` : noun;
}
