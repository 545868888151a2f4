import { fix } from '../text/index.ts';
import type { Problem, Range } from '../text/index.ts';

/** What a list of seeds holds. */
export interface SeedList {
  /** PMIDs as digits without leading zeros, NCT ids in capitals; in order, without duplicates. */
  readonly ids: readonly string[];
  /** One problem for each entry that is no id; ranges count from the start of the text. */
  readonly problems: readonly Problem[];
}

/** PMIDs have up to eight digits (NLM); one to spare. */
const PMID = /^0*([1-9]\d{0,8})$/;
const NCT = /^NCT(\d{8})$/i;

/** The id that `text` is, in canonical form: digits for a PMID, `NCT` and eight digits for a trial; else undefined. */
export function parseId(text: string): string | undefined {
  const pmid = PMID.exec(text)?.[1];
  if (pmid !== undefined) return pmid;
  const nct = NCT.exec(text)?.[1];
  return nct === undefined ? undefined : `NCT${nct}`;
}

/** An id written in a longer way: `PMID: 123`, a PubMed or ClinicalTrials.gov address. Undefined when there is none. */
export function idWithin(text: string): string | undefined {
  const match =
    /^(?:pmid|pubmed)\s*(?:[:#=]\s*)?(\d{1,9})(?:\s*\[(?:pmid|uid)\])?$/i.exec(text) ??
    /^(\d{1,9})\s*\[(?:pmid|uid)\]$/i.exec(text) ??
    /(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov\/pubmed)\/(\d{1,9})\b/i.exec(text) ??
    /\b(NCT\d{8})\b/i.exec(text);
  return match?.[1] === undefined ? undefined : parseId(match[1]);
}

/** The problem of a seed that is no id, with the way out. */
export function badSeed(written: string, range: Range): Problem {
  const shown = written.length > 40 ? `${written.slice(0, 40)}…` : written;
  const id = idWithin(written);
  const why = /^10\.\d{4,}\//.test(written)
    ? 'That is a DOI; look its PMID up in PubMed and write that.'
    : /^PMC\d+$/i.test(written)
      ? 'That is a PubMed Central id; write the PMID of the same article.'
      : /^\d{10,}$/.test(written)
        ? 'It has too many digits for a PMID; is a comma missing?'
        : 'Write a PMID (digits only, such as 8466062) or a trial id (NCT and eight digits).';
  return {
    rule: 'front-matter-seed',
    severity: 'error',
    message: `"${shown}" is no PMID and no NCT id, so it is not counted as a seed. ${why}`,
    range,
    ...(id === undefined ? {} : { fixes: [fix(`Change to ${id}`, true, [range.start, range.end, id])] }),
  };
}

/**
 * Reads a file of seeds: `.nbib` (MEDLINE tags, `PMID-`), `.ris` (`AN`, `ID`, `C2`, or a PubMed address in `UR`), anything else
 * as plain text with ids separated by white space, commas or semicolons and comments behind `//` or `#`. Never throws.
 */
export function parseSeeds(text: string, fileName: string): SeedList {
  const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase();
  const problems: Problem[] = [];
  const found =
    extension === 'nbib'
      ? medlineIds(text, problems)
      : extension === 'ris'
        ? risIds(text, problems)
        : plainIds(text, problems);
  const ids = [...new Set(found)];
  if (ids.length === 0 && problems.length === 0) {
    problems.push({
      rule: 'seeds-file-empty',
      severity: 'warning',
      message: `${fileName} holds no ids, so there are no seeds to compare with.`,
      range: { start: 0, end: 0 },
    });
  }
  return { ids, problems };
}

function* plainLines(text: string): Generator<{ start: number; line: string }> {
  const pattern = /[^\r\n]+/g;
  for (let match = pattern.exec(text); match; match = pattern.exec(text))
    yield { start: match.index, line: match[0] };
}

function plainIds(text: string, problems: Problem[]): string[] {
  const ids: string[] = [];
  for (const { start, line } of plainLines(text)) {
    const comment = line.search(/(^|\s)#|(^|[^:])\/\//);
    const content = (comment < 0 ? line : line.slice(0, comment + 1).replace(/[#/]$/, '')).replace(
      /\uFEFF/g,
      ' ',
    );
    const whole = idWithin(content.trim());
    if (whole !== undefined) {
      ids.push(whole);
      continue;
    }
    for (const match of content.matchAll(/[^\s,;]+/g)) {
      const id = parseId(match[0]) ?? idWithin(match[0]);
      const at = start + match.index;
      if (id !== undefined) ids.push(id);
      else if (!/^pmids?:?$/i.test(match[0]))
        problems.push(badSeed(match[0], { start: at, end: at + match[0].length }));
    }
  }
  return ids;
}

function medlineIds(text: string, problems: Problem[]): string[] {
  const ids: string[] = [];
  for (const { start, line } of plainLines(text)) {
    const value = /^\uFEFF?PMID\s*-(.*)$/.exec(line)?.[1]?.trim();
    if (value === undefined) continue;
    const id = parseId(value);
    if (id !== undefined) ids.push(id);
    else problems.push(badSeed(value, { start, end: start + line.length }));
  }
  return ids;
}

function risIds(text: string, problems: Problem[]): string[] {
  const ids: string[] = [];
  let best: { rank: number; id: string } | undefined;
  let recordStart = -1;
  const finish = (end: number): void => {
    if (recordStart < 0) return;
    if (best) ids.push(best.id);
    else
      problems.push({
        rule: 'seeds-file-record',
        severity: 'warning',
        message:
          'This record names no PMID and no NCT id (AN, ID, C2 or a PubMed address in UR), so it is no seed.',
        range: { start: recordStart, end },
      });
    best = undefined;
    recordStart = -1;
  };
  for (const { start, line } of plainLines(text)) {
    const match = /^\uFEFF?([A-Z][A-Z0-9])\s{0,2}-(.*)$/.exec(line);
    if (match === null) continue;
    const [tag = '', value = ''] = match.slice(1).map((part) => part.trim());
    if (tag === 'TY') {
      finish(start);
      recordStart = start;
    } else if (tag === 'ER') finish(start + line.length);
    else {
      const rank = ['AN', 'C2', 'ID', 'UR', 'L2', 'DO'].indexOf(tag);
      if (rank < 0) continue;
      // An address may hold any number: only a PubMed or trial address counts there.
      const id = rank < 3 ? (parseId(value) ?? idWithin(value)) : idWithin(value);
      if (id !== undefined && (best === undefined || rank < best.rank)) best = { rank, id };
    }
  }
  finish(text.length);
  return ids;
}
