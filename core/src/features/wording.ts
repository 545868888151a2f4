import { formatCount } from '../text/index.ts';
import type { Measurement, Provenance } from '../search/index.ts';

export { formatCount };

/** `1,204 records`, `1 record`. */
export function records(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'record' : 'records'}`;
}

/** A share between 0 and 1 as percent with two significant digits; never 0 % or 100 % for a share that is not. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  const value = share * 100;
  if (value < 0.01) return '< 0.01 %';
  if (value > 99) return `${Math.min(99.9, Math.floor(value * 10) / 10)} %`;
  return `${Number(value.toPrecision(2))} %`;
}

/** Number needed to read: `1.7`, `12`, `1,204`. */
export function formatNnr(nnr: number): string {
  return nnr < 10 ? String(Number(nnr.toPrecision(2))) : formatCount(nnr);
}

/** `2026-08-14 13:05 UTC`; text that is no ISO time stays as it is. */
export function formatTime(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::[\d.]+)?Z$/.exec(iso);
  return match ? `${match[1]} ${match[2]} UTC` : iso;
}

/** How long ago something was, of milliseconds: `just now`, `40 s ago`, `2 min ago`, `3 h ago`, `5 days ago`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, ms / 1_000);
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 48 * 3_600) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${formatCount(Math.floor(seconds / 86_400))} days ago`;
}

/** Whether numbers come from a local library rather than from a live database (`pubmed`, or `pubmed:ADDRESS`). */
export function isLibrary({ engine }: Provenance): boolean {
  return !/^(?:pubmed|ctgov)(?::|$)/.test(engine);
}

/** Seeds found of seeds given; undefined without seeds. */
export function seedShare({ found, missed }: Measurement): { found: number; total: number } | undefined {
  const total = found.length + missed.length;
  return total === 0 ? undefined : { found: found.length, total };
}

/** A text on one line, cut to `limit` UTF-16 units and an ellipsis; never within a character. */
export function shorten(text: string, limit: number): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > limit ? `${flat.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}…` : flat;
}

/** Text of people as Markdown code, whatever backticks it holds; long text is shortened. */
export function code(text: string, limit = 300): string {
  const shown = shorten(text, limit);
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') || shown === '' ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Text of people or services as plain Markdown: nothing in it is markup, a link or HTML. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_[\]#|~]/g, '\\$&')
    .replace(/^([-+>]|\d+[.)])/, '\\$1');
}

/** An id linked to its record. */
function idLink(id: string): string {
  if (/^\d+$/.test(id)) return `[${id}](https://pubmed.ncbi.nlm.nih.gov/${id}/)`;
  if (/^NCT\d{8}$/.test(id)) return `[${id}](https://clinicaltrials.gov/study/${id})`;
  return plain(id);
}

/** Linked ids, shortened to `limit` with the number of those left out. */
export function idList(ids: readonly string[], limit = 20): string {
  const shown = ids.slice(0, limit).map(idLink).join(', ');
  return ids.length > limit ? `${shown} and ${formatCount(ids.length - limit)} more` : shown;
}
