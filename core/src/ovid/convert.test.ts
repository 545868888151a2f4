import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import { parseStrategy } from '../strategy/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { constructs } from './testConstructs.ts';
import { convertOvid, looksLikeOvid, readNoteComment } from './index.ts';
import type { OvidConversion } from './index.ts';
import { pastedLines } from './lines.ts';
import { scanSearch } from './scanner.ts';

const file = resolve(process.env['QUERENT_DATA'] ?? '../shared/data', 'strategies/strategies.jsonl.gz');
const hasData = existsSync(file);
if (!hasData) console.warn(`Skipped: the real Ovid strategies need ${file} (set QUERENT_DATA).`);
const real: readonly string[] = hasData
  ? gunzipSync(readFileSync(file))
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { platform: string; query: string })
      .filter(({ platform }) => platform === 'ovid-medline')
      .map(({ query }) => query)
  : [];

/** The query of a line of the result, without its number. */
function queryOf({ text, lines }: OvidConversion, index: number): string {
  const line = lines.at(index);
  if (line?.resultRange === undefined) return '';
  return text.slice(line.resultRange.start, line.resultRange.end).replace(/^#\d+ /, '');
}

/** What must hold for the conversion of any text at all. */
function checkConversion(source: string): OvidConversion {
  const conversion = convertOvid(source);
  const { text, notes, lines } = conversion;
  const document = parseStrategy(text);
  const errors = [...document.problems, ...document.lines.flatMap((line) => line.query.problems)].filter(
    ({ severity }) => severity === 'error',
  );
  expect(errors, text).toEqual([]);
  expect(document.cyclic.size).toBe(0);
  const labels = lines.filter(({ resultRange }) => resultRange !== undefined).map(({ label }) => label);
  expect(document.lines.map(({ label }) => label)).toEqual(labels);
  for (const { sourceRange, resultRange, message } of notes) {
    expect(sourceRange.start).toBeLessThanOrEqual(sourceRange.end);
    expect(sourceRange.end).toBeLessThanOrEqual(source.length);
    expect(resultRange.end).toBeLessThanOrEqual(text.length);
    expect(message).not.toBe('');
  }
  return conversion;
}

describe('what each construct becomes', () => {
  it('is tested with enough of them', () => {
    expect(constructs.length).toBeGreaterThanOrEqual(120);
  });

  it.each(constructs)('%j', (ovid, pubmed, reasons) => {
    const conversion = checkConversion(ovid);
    const last = String(conversion.lines.length);
    const found = conversion.notes
      .filter(({ kind, line }) => kind !== 'exact' && line === last)
      .map(({ kind, reason }) => (kind === 'refused' ? `!${reason}` : reason));
    expect(queryOf(conversion, -1)).toBe(pubmed);
    expect([...new Set(found)].sort()).toEqual(reasons.split(' ').filter(Boolean).sort());
    expect(conversion.notes.length).toBeGreaterThan(0);
  });
});

describe('pasted forms', () => {
  const plain = 'exp Asthma/\nwheez$.tw.\n1 or 2\n';
  const wanted = '#1 "Asthma"[mh]\n#2 wheez*[tiab]\n#3 #1 OR #2\n';

  it.each([
    ['without numbers', plain],
    ['with numbers', '1 exp Asthma/\n2 wheez$.tw.\n3 1 or 2'],
    ['with dots', '1. exp Asthma/\n2. wheez$.tw.\n3. 1 or 2'],
    ['with dots and no spaces', '1.exp Asthma/\n2.wheez$.tw.\n3.1 or 2'],
    ['with parentheses', '1) exp Asthma/\n2) wheez$.tw.\n3) 1 or 2'],
    ['with signs', '#1 exp Asthma/\n#2 wheez$.tw.\n#3 #1 or #2'],
    ['with S', 'S1 exp Asthma/\nS2 wheez$.tw.\nS3 S1 or S2'],
    ['with tabs and counts', '1\texp Asthma/\t135,000\n2\twheez$.tw.\t27000\n3\t1 or 2\t150000'],
    ['with counts behind spaces', '1. exp Asthma/  135000\n2. wheez$.tw.  27000\n3. 1 or 2  150000'],
    ['with counts in parentheses', '1. exp Asthma/ (135000)\n2. wheez$.tw. (27000)\n3. 1 or 2 (150000)'],
    [
      'with the type of search',
      '1\texp Asthma/\t135000\tAdvanced\n2\twheez$.tw.\t27000\tAdvanced\n3\t1 or 2\t1\tAdvanced',
    ],
    ['with blank lines and Windows line ends', 'exp Asthma/\r\n\r\nwheez$.tw.\r\n\r\n1 or 2\r\n'],
    ['with counts behind one space', '1 exp Asthma/ 135000\n2 wheez$.tw. 27000\n3 1 or 2 150000'],
    [
      'with the cells of a table on lines of their own',
      '1\r\nexp Asthma/\r\n135,000\r\n2\r\nwheez$.tw.\r\n3\r\n3\r\n1 or 2\r\n150000',
    ],
    [
      'with rules between columns',
      '| # | Searches | Results |\n|---|:---|---:|\n| 1 | exp Asthma/ | 135,000 |\n| 2 | wheez$.tw. | 27000 |\n| 3 | 1 or 2 | 1 |',
    ],
    ['with parentheses over two lines', '1. exp Asthma/\n2. wheez$.tw.\n3. (1 or\n2)'],
    ['with a search over two lines', '1. exp Asthma/\n2. wheez$.\ntw.\n3. 1\nor 2'],
  ])('%s', (_, text) => {
    expect(checkConversion(text).text.replace(/^\/\/.*\n/gm, '')).toBe(wanted);
  });

  it('keeps banners, heads and remarks as comments', () => {
    const { text } = checkConversion(
      'Database: Ovid MEDLINE(R) ALL <1946 to May 01, 2024>\nSearch Strategy:\n---\n#\tSearches\tResults\tType\n1\texp Asthma/\t9\tAdvanced\n# children\n2\tchild$.tw. [all ages]\t8\tAdvanced',
    );
    expect(text).toBe(
      '// Database: Ovid MEDLINE(R) ALL <1946 to May 01, 2024>\n// Search Strategy:\n// ---\n// Searches Results Type\n#1 "Asthma"[mh]\n// children\n// all ages\n#2 child*[tiab]\n',
    );
  });

  it('reads numbers at the start of unnumbered searches as words or lines', () => {
    expect(checkConversion('asthma.tw.\n3 D and imag$.tw.\n1 or 2').text).toContain('#3 #1 OR #2\n');
  });

  it('keeps the numbers that are written, and gives a second line of a number another one', () => {
    const { lines, notes } = checkConversion('5. exp Asthma/\n6. child$.tw.\n6. 5 and 6');
    expect(lines.map(({ label }) => label)).toEqual(['5', '6', '7']);
    expect(notes.map(({ reason }) => reason)).toContain('number-taken');
  });
});

describe('headings with MeSH', () => {
  const thesaurus = loadThesaurus(
    [
      { ui: 'D1', name: 'Renal Insufficiency', entry: ['Kidney Failure'], tree: ['C12.777'] },
      { ui: 'D2', name: 'Lenses, Intraocular', tree: ['E07.1'] },
      { ui: 'D3', name: 'Case Reports', tree: ['V02.200'] },
      { ui: 'D4', name: 'Likelihood Functions', tree: ['E05.1'] },
      { ui: 'D5', name: 'Interview', tree: ['V02.1'] },
      { ui: 'D6', name: 'Clinical Trials as Topic', tree: ['E05.2'] },
      { ui: 'D8', name: 'Head and Neck Neoplasms', tree: ['C04.1'] },
      { ui: 'D7', name: 'No Such Healing', tree: ['V02.3'] },
    ],
    '2024',
  );

  it.each([
    ['Kidney Failure/', '"Renal Insufficiency"[mh:noexp]', ['heading-renamed']],
    ['exp RENAL INSUFFICIENCY/', '"Renal Insufficiency"[mh]', []],
    ['lenses intraocular/', '"Lenses, Intraocular"[mh:noexp]', ['heading-renamed']],
    ['likelihood function/', '"Likelihood Functions"[mh:noexp]', ['heading-renamed']],
    ['Head and Neck Neoplasms/', '"Head and Neck Neoplasms"[mh:noexp]', ['heading-quotes']],
    ['Clinical Trials/', '"Clinical Trials as Topic"[mh:noexp]', ['heading-renamed']],
    ['case report/', '"Case Reports"[pt]', ['type-renamed']],
    ['No Such Heading/', '"No Such Heading"[mh:noexp]', ['heading-unknown']],
  ])('%s', (ovid, pubmed, reasons) => {
    const conversion = convertOvid(ovid, { thesaurus });
    expect(queryOf(conversion, -1)).toBe(pubmed);
    expect(conversion.notes.filter(({ kind }) => kind !== 'exact').map(({ reason }) => reason)).toEqual(
      reasons,
    );
  });

  it('offers no publication type in place of a heading that is not there', () => {
    const { text } = convertOvid('No Such Heading/', { thesaurus });
    expect(text).toContain('has no heading "No Such Heading"');
    expect(text).not.toContain('No Such Healing');
    expect(convertOvid('Kumquats/', { thesaurus }).text).toContain('Choose a heading that MeSH has');
  });
});

describe('nothing is lost', () => {
  it.skipIf(!hasData)('every word of the real strategies is covered by a note', () => {
    for (const source of real) {
      const { notes } = convertOvid(source);
      const covered = new Uint8Array(source.length);
      for (const { sourceRange } of notes) covered.fill(1, sourceRange.start, sourceRange.end);
      for (const line of pastedLines(source)) {
        if (line.kind === 'comment') continue;
        const { start, end } = line.textRange;
        for (const token of scanSearch(source.slice(start, end), start)) {
          if (
            token.kind !== 'word' &&
            token.kind !== 'phrase' &&
            token.kind !== 'lines' &&
            token.kind !== 'remark'
          )
            continue;
          const missing = [...covered.subarray(token.start, token.end)].includes(0);
          expect(missing, source.slice(Math.max(0, token.start - 40), token.end + 40)).toBe(false);
        }
      }
    }
  });

  it('puts a comment above the line for all that is not exact, and reads it back', () => {
    const { text } = convertOvid('asthma.mp.\nlimit 1 to "qualitative (maximizes sensitivity)"');
    const comments = text.split('\n').filter((line) => line.startsWith('//'));
    expect(comments.map(readNoteComment).map((note) => note?.kind)).toEqual(['approximate', 'refused']);
  });
});

describe('any text', () => {
  it.skipIf(!hasData)('the real strategies parse, and are known for what they are', () => {
    expect(real.length).toBe(109);
    for (const source of real) {
      checkConversion(source);
      expect(looksLikeOvid(source)).toBe(true);
    }
  });

  it.skipIf(!hasData)('mutations of the real strategies convert to text that parses', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '"',
      '[',
      ']',
      '/',
      '.',
      '$',
      '?',
      '#',
      ' adj3 ',
      ' or ',
      ' not ',
      'exp ',
      '\n',
      '1',
      '.tw.',
      '*',
      '//',
      '[mh]',
      ' AND',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...real.map((text) => text.slice(0, 3000))),
        fc.array(fc.tuple(fc.nat(3000), fc.nat(6), piece), { minLength: 1, maxLength: 6 }),
        (source, edits) => {
          let text = source;
          for (const [at, length, insert] of edits)
            text = text.slice(0, at) + insert + text.slice(at + length);
          checkConversion(text);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('converts to text that parses, whatever it is', () => {
    const bits = fc.constantFrom(
      '(',
      ')',
      '"',
      '“',
      '[',
      ']',
      '[ti]',
      '[11C]',
      '/',
      '/dt',
      '.',
      '.tw.',
      '.ti,ab.',
      '.pt.',
      '.sh.',
      '.fs.',
      '.au.',
      '.ed.',
      '.la.',
      '.jn.',
      '.st.',
      '$',
      '?',
      '#',
      '*',
      ':',
      '-',
      ',',
      '&',
      '|',
      '~',
      ' ',
      '\n',
      '\r\n',
      '\t',
      'adj',
      'adj3',
      'or',
      'and',
      'not',
      'AND',
      'OR',
      'NOT',
      'exp',
      'or/1-3',
      '1',
      '2',
      '#1',
      'limit 1 to ',
      'humans',
      'ed=2010-2012',
      'asthma',
      'heart failure',
      '//',
      '---',
      '\u0000',
      '\ud800',
      'é',
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 40 }), fc.constantFrom('', ' '), (parts, glue) => {
        checkConversion(parts.join(glue));
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void checkConversion(text)),
    );
  });

  it('covers a search with tokens', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (text) => {
        const tokens = scanSearch(text, 7);
        let at = 7;
        for (const { start, end } of tokens) {
          expect(start).toBe(at);
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(at).toBe(text.length + 7);
      }),
    );
  });

  it.each([
    '(',
    ')',
    '[',
    '"',
    '1',
    '.',
    '/',
    '1, ',
    'a ',
    'a.ti. ',
    'a adj3 ',
    'a? ',
    '(a ',
    "'",
    "a' ",
    '| ',
    '| a |\n',
    '1\na\n',
    'not ',
    '(not a ',
    'a) ',
    'a.xy. ',
    '1 and 2 54\n',
    'a and b/ ',
    'exp a and ',
    'a (b)/ ',
    'or / 1 ',
    '((a or b) adj3 ',
    'exp ',
    'or/1-9\n',
    'or/1-999\n',
    'a/ ',
    'a\n',
    '1. a\n',
    '.ti',
    '\u0000',
    '#',
    'a/dt,',
    'limit 1 to (',
    '$',
    '?',
    'a?',
    'ab#c$',
  ])('takes linear time and room for repetitions of %j', (unit) => {
    const size = 200_000;
    const started = processorMs();
    const { text } = convertOvid(unit.repeat(Math.ceil(size / unit.length)));
    expect(processorMs() - started).toBeLessThan(6_000);
    expect(text.length).toBeLessThan(100 * size);
  });
});
