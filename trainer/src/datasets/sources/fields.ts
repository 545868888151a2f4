import { RowError } from '@querent/core/tasks';
import { isDay } from '@querent/core/strategy';
import { isObject, kindOf } from './jsonLines.ts';

type Row = Readonly<Record<string, unknown>>;

/** The id of a row; numbers are taken as texts. @throws RowError */
export function rowId(row: Row, key = 'id'): string {
  const id = row[key];
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  if (typeof id === 'string' && id.trim() !== '') return id.trim();
  throw new RowError(`“${key}” is ${kindOf(id)}. Give every row an id of its own.`);
}

/** The text of `key`; undefined when it is absent, null or blank. @throws RowError when it is no text */
export function optionalText(row: Row, key: string): string | undefined {
  const text = row[key];
  if (text === undefined || text === null) return undefined;
  if (typeof text !== 'string') throw new RowError(`“${key}” is ${kindOf(text)}. Write a text.`);
  return text.trim() === '' ? undefined : text.trim();
}

/** Record ids of `key`, in their order, each once; leading zeros of PMIDs go, NCT ids are in capitals. @throws RowError */
export function rowIds(row: Row, key: string): readonly string[] {
  const list = row[key];
  if (!Array.isArray(list)) throw new RowError(`“${key}” is ${kindOf(list)}. Write a list of record ids.`);
  if (list.length === 0)
    throw new RowError(`“${key}” is empty: nothing is known to be relevant.`, 'no-relevant');
  return [...new Set(list.map((entry: unknown, i) => recordId(entry, `entry ${i + 1} of “${key}”`)))];
}

function recordId(entry: unknown, what: string): string {
  if (typeof entry === 'number' && Number.isSafeInteger(entry) && entry > 0) return String(entry);
  if (typeof entry !== 'string' || entry.trim() === '')
    throw new RowError(`${what} is ${kindOf(entry)}. Write record ids as texts or whole numbers.`);
  const id = entry.trim();
  if (/^0*[1-9]\d*$/.test(id)) return id.replace(/^0+/, '');
  return /^nct\d{8}$/i.test(id) ? id.toUpperCase() : id;
}

const picoNames: Readonly<Record<string, string>> = {
  P: 'population',
  I: 'intervention',
  C: 'comparison',
  O: 'outcome',
  comparator: 'comparison',
};

/**
 * The PICO of a row as front matter has it, empty parts left out: the letters of DeepRetrieval's rows are spelt out, parts beyond the four
 * go into `other`. Undefined when there is none. @throws RowError
 */
export function rowPico(row: Row, key = 'pico'): Readonly<Record<string, unknown>> | undefined {
  const pico = row[key];
  if (pico === undefined || pico === null) return undefined;
  if (!isObject(pico))
    throw new RowError(`“${key}” is ${kindOf(pico)}. Write an object {"population": "...", ...}.`);
  const parts: Record<string, string> = {};
  const other: Record<string, string> = {};
  const read = (from: Row, into: Record<string, string>): void => {
    for (const name of Object.keys(from)) {
      if (name === 'other' && isObject(from[name])) {
        read(from[name], other);
        continue;
      }
      const text = optionalText(from, name);
      const known = picoNames[name] ?? name;
      if (text === undefined) continue;
      (['population', 'intervention', 'comparison', 'outcome'].includes(known) ? into : other)[known] = text;
    }
  };
  read(pico, parts);
  const whole = { ...parts, ...(Object.keys(other).length === 0 ? {} : { other }) };
  return Object.keys(whole).length === 0 ? undefined : whole;
}

/** A search date, and what is doubtful about it. */
export interface RowDay {
  readonly until?: string;
  readonly flags: readonly string[];
}

/**
 * The search date of a row, `yyyy-mm-dd` or `yyyy/mm/dd`. A year or a month alone means its last day, so that nothing which the review
 * could have seen is cut away. January 1 is kept, but flagged `january-1`: DeepRetrieval wrote it for dates of which only the year was
 * known, and with it as the limit the studies of the review's own year cannot be found (reference/deepretrieval.md, 6, no. 7).
 * @throws RowError
 */
export function readDay(row: Row, key: string): RowDay {
  const written = row[key];
  if (typeof written === 'number' && Number.isSafeInteger(written))
    return readDay({ [key]: String(written) }, key);
  const text = optionalText(row, key)?.replaceAll('/', '-');
  if (text === undefined) return { flags: [] };
  if (/^\d{4}$/.test(text)) return { until: `${text}-12-31`, flags: ['year-only'] };
  const month = /^(\d{4})-(\d{2})$/.exec(text);
  if (month !== null) {
    const days = new Date(Date.UTC(Number(month[1]), Number(month[2]), 0)).getUTCDate();
    return readDay({ [key]: `${text}-${days}` }, key);
  }
  if (!isDay(text)) throw new RowError(`“${key}” is “${text.slice(0, 40)}”, no day. Write yyyy-mm-dd.`);
  return { until: text, flags: text.endsWith('-01-01') ? ['january-1'] : [] };
}
