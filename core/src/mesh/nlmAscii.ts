import { detached } from '../text/index.ts';
import type { DescriptorJson } from './load.ts';
import { formerNames } from './nlmXml.ts';

/**
 * Reads NLM's `d20XX.bin` line by line (ASCII MeSH: `*NEWRECORD`, then `KEY = value` lines). Sources for the keys: NLM, "MeSH data
 * elements", ASCII column. Only descriptors (`RECTYPE = D`) are given back.
 */
export class DescriptorAscii {
  #fields: Map<string, string[]> | undefined;

  /** The descriptor that this line ends, by beginning the next one. */
  line(line: string): DescriptorJson | undefined {
    if (line.trimEnd() === '*NEWRECORD') {
      const finished = this.end();
      this.#fields = new Map();
      return finished;
    }
    const match = /^([A-Z][A-Z_ ]{0,20}?) = ([^\n]*)$/.exec(line);
    const [, key, value] = match ?? [];
    if (key === undefined || value === undefined) return undefined;
    // A part of a piece of the file would keep the piece in memory.
    const text = detached(value.trim());
    const values = this.#fields?.get(key);
    if (values) values.push(text);
    else this.#fields?.set(key, [text]);
    return undefined;
  }

  /** Whether the record read last has its end, `UI`, which is its last line. */
  get isComplete(): boolean {
    return this.#fields === undefined || this.#fields.has('UI');
  }

  /** The descriptor that ends with the file. */
  end(): DescriptorJson | undefined {
    const fields = this.#fields;
    this.#fields = undefined;
    if (!fields || (fields.get('RECTYPE')?.[0] ?? 'D') !== 'D') return undefined;
    const all = (key: string): readonly string[] => fields.get(key) ?? [];
    const first = (key: string): string => all(key)[0] ?? '';
    const name = first('MH');
    const terms = [...all('PRINT ENTRY'), ...all('ENTRY')].map((value) => value.split('|')[0]?.trim() ?? '');
    const codes = first('AQ').split(/\s+/);
    return {
      ui: first('UI'),
      name,
      entry: [...new Set(terms)].filter((term) => term !== '' && term !== name),
      tree: all('MN'),
      pa: all('PA'),
      scope: first('MS'),
      established: first('DX').replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'),
      previous: formerNames(first('PM') || first('HN'), name),
      subheadings: codes.filter((code) => /^[A-Z]{2}$/.test(code)),
    };
  }
}
