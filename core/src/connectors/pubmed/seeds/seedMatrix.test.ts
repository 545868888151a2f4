import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CitationRecord } from '../../../corpus/index.ts';
import type { ResolvedQuery } from '../../../pubmed/index.ts';
import { SearchError } from '../../../search/index.ts';
import { isUnresolvable, parseStrategy, printResolved, resolveLine } from '../../../strategy/index.ts';
import { wildcardsIn } from '../longQuery.ts';
import { MOST_CHARACTERS, MOST_WILDCARDS } from './question.ts';
import { RowMemory } from './rowMemory.ts';
import { citation } from '../../../corpus/testing/records.ts';
import { planRows } from './rows.ts';
import { seedMatrix } from './seedMatrix.ts';
import { simulatedPubMed } from './testing/simulatedPubMed.ts';

function record(id: string, words: readonly string[]): CitationRecord {
  return citation({ id, title: words.join('. '), date: '2010' });
}

function linesOf(text: string): readonly ResolvedQuery[] {
  const document = parseStrategy(text);
  return document.lines.map(({ label }) => {
    const query = resolveLine(document, label);
    if (isUnresolvable(query)) throw new Error(query.problem);
    return query;
  });
}

/** A world: `words` of each record, and what PubMed finds where it is not the same. */
function world(
  words: ReadonlyMap<string, readonly string[]>,
  wrong: readonly (readonly [word: string, id: string])[],
  vocabulary: readonly string[],
  unheld: readonly string[] = [],
) {
  const held = new Set([...words.keys()].filter((id) => !unheld.includes(id)));
  const terms = new Map(
    vocabulary.map((word) => [word, new Set([...held].filter((id) => words.get(id)?.includes(word)))]),
  );
  for (const [word, id] of wrong) {
    const found = terms.get(word);
    if (found?.delete(id) === false && held.has(id)) found.add(id);
  }
  // Others are there too, and are no answer to any question about seeds.
  for (const found of terms.values()) found.add('99999999');
  return simulatedPubMed(
    terms,
    held,
    [...words].filter(([id]) => held.has(id)).map(([id, own]) => record(id, own)),
  );
}

const vocabulary = Array.from({ length: 60 }, (_, i) => `w${String.fromCharCode(97 + (i % 26))}${i}x`);
const sixty = [
  ...Array.from({ length: 50 }, (_, i) => `#${i + 1} ${vocabulary[i] ?? ''}[tiab]`),
  `#51 ${Array.from({ length: 25 }, (_, i) => `#${i + 1}`).join(' OR ')}`,
  `#52 ${Array.from({ length: 25 }, (_, i) => `#${i + 26}`).join(' OR ')}`,
  '#53 #51 AND #52',
  '#54 wc54x[tiab]',
  '#55 wd55x[tiab]',
  '#56 we56x[tiab] OR wf57x[tiab]',
  '#57 #54 OR #55 OR #56',
  '#58 #53 NOT #57',
  '#59 (#58 AND wg58x[tiab]) OR #1',
  '#60 #59 NOT (#2 NOT wh59x[tiab])',
].join('\n');
const sixtyLines = linesOf(sixty);
const twenty = Array.from({ length: 20 }, (_, i) => String(10_000_000 + i * 7919));

/** Every seed has some words. */
const someWords = new Map(
  twenty.map((id, i) => [id, vocabulary.filter((_, at) => (at * 7 + i * 13) % 11 === 0)]),
);

async function check(
  pubmed: ReturnType<typeof world>,
  queries: readonly ResolvedQuery[],
  ids: readonly string[],
  options = {},
  limit?: ReadonlySet<string>,
): Promise<void> {
  const found = await seedMatrix(pubmed, queries, ids, options);
  const truth = queries.map((query) => {
    const own = pubmed.truth(printResolved(query));
    return ids.filter((id) => own.has(id) && (limit?.has(id) ?? true));
  });
  expect(found).toEqual(truth);
}

describe('seedMatrix', () => {
  it('proves sixty right predictions with one question', async () => {
    const pubmed = world(someWords, [], vocabulary);
    await check(pubmed, sixtyLines, twenty);
    expect(pubmed.asked).toHaveLength(1);
    expect(pubmed.asked[0]?.length).toBeLessThan(MOST_CHARACTERS);
  });

  it.each([1, 2, 3])('finds %i wrong predictions, wherever they are, in few questions', async (errors) => {
    let most = 0;
    for (let seed = 0; seed < 12; seed++) {
      const wrong = Array.from({ length: errors }, (_, i) => {
        const word = vocabulary[(seed * 17 + i * 23) % vocabulary.length] ?? '';
        return [word, twenty[(seed * 3 + i) % twenty.length] ?? ''] as const;
      });
      const pubmed = world(someWords, wrong, vocabulary);
      await check(pubmed, sixtyLines, twenty);
      most = Math.max(most, pubmed.asked.length);
    }
    // Halving 57 rows takes 6 questions, and one whether it was all; two seeds at once take no more.
    expect(most).toBeLessThanOrEqual(8);
  });

  it('equals the truth wherever PubMed differs from the prediction, within the bound', async () => {
    const ids = twenty.slice(0, 6);
    const small = vocabulary.slice(0, 9);
    const cells = small.flatMap((word) => ids.map((id) => [word, id] as const));
    const line = fc.oneof(
      fc.constantFrom(...small).map((word) => `${word}[tiab]`),
      fc
        .array(
          fc.tuple(fc.constantFrom('AND', 'OR', 'NOT'), fc.nat({ max: 30 }), fc.constantFrom(...small)),
          {
            minLength: 2,
            maxLength: 4,
          },
        )
        .map((parts) => parts),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.subarray(cells),
        fc.subarray(cells, { maxLength: 5 }),
        fc.subarray(ids, { maxLength: 2 }),
        fc.boolean(),
        async (lines, present, wrong, unheld, nothingFetched) => {
          const text = lines
            .map((own, at) => {
              if (typeof own === 'string') return `#${at + 1} ${own}`;
              const parts = own.map(([operator, to, word], i) => {
                const operand = to % 3 === 0 || at === 0 ? `${word}[tiab]` : `#${(to % at) + 1}`;
                return `${i === 0 ? '' : ` ${operator} `}${to % 5 === 0 ? `(${operand})` : operand}`;
              });
              return `#${at + 1} ${parts.join('')}`;
            })
            .join('\n');
          const words = new Map(
            ids.map((id) => [id, present.filter(([, one]) => one === id).map(([word]) => word)]),
          );
          const pubmed = world(words, wrong, small, unheld);
          const asker = nothingFetched
            ? { ...pubmed, records: () => Promise.reject(new Error('gone')) }
            : pubmed;
          const queries = linesOf(text);
          await check(asker, queries, ids);
          const rows = planRows(queries).rows.length;
          expect(pubmed.asked.length).toBeLessThanOrEqual(1 + 2 * rows);
          for (const term of pubmed.asked) expect(term.length).toBeLessThanOrEqual(MOST_CHARACTERS);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('splits what is too long or has too many stars, each question within the limits', async () => {
    const many = Array.from({ length: 150 }, (_, i) => `q${i}abcdef`);
    const words = new Map(twenty.map((id, i) => [id, many.filter((_, at) => (at + i) % 6 === 0)]));
    const text = many
      .map((word, i) => `#${i + 1} ${word}*[tiab] OR ${many[(i * 7) % 150] ?? ''}*[tiab]`)
      .join('\n');
    const pubmed = world(words, [[many[3] ?? '', twenty[0] ?? '']], many);
    await check(pubmed, linesOf(text), twenty);
    for (const term of pubmed.asked) {
      expect(term.length).toBeLessThanOrEqual(MOST_CHARACTERS);
      expect(wildcardsIn(term)).toBeLessThanOrEqual(MOST_WILDCARDS);
    }
    expect(pubmed.asked.length).toBeLessThan(16);
  });

  it('takes a line apart that is too long for a question', async () => {
    const many = Array.from({ length: 900 }, (_, i) => `averylongwordofitsown${i}`);
    const words = new Map(twenty.map((id, i) => [id, many.filter((_, at) => (at + i * 50) % 400 === 0)]));
    const text = `#1 ${many.map((word) => `${word}[tiab]`).join(' OR ')}\n#2 ${many[0] ?? ''}[tiab]\n#3 #1 NOT #2`;
    const pubmed = world(words, [], many);
    await check(pubmed, linesOf(text), twenty);
    for (const term of pubmed.asked) expect(term.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  });

  it('asks about a limit by date as about a line, and holds every line to it', async () => {
    const early = new Set(twenty.slice(0, 9));
    const terms = new Map(
      vocabulary.map((word) => [word, new Set(twenty.filter((id) => someWords.get(id)?.includes(word)))]),
    );
    const pubmed = simulatedPubMed(
      terms.set('1500/01/01', early),
      new Set(twenty),
      [...someWords].map(([id, own]) => record(id, own)),
    );
    await check(pubmed, sixtyLines, twenty, { until: '2016-09-30' }, early);
    expect(pubmed.asked.length).toBeLessThanOrEqual(10);
    expect(pubmed.asked[0]).toContain('1500/01/01:2016/09/30[dp]');
    const one = await seedMatrix(pubmed, linesOf('#1 wa0x[tiab]'), twenty, { until: '2016-09-30' });
    expect(pubmed.asked.at(-1)).toMatch(/^\(\(wa0x\[tiab\]\) AND 1500\/01\/01:2016\/09\/30\[dp\]\) AND \(/);
    expect(one).toEqual([twenty.filter((id) => early.has(id) && someWords.get(id)?.includes('wa0x'))]);
  });

  it('is not led astray where PubMed searches without mapping what finds nothing', async () => {
    const [seed = '', other = ''] = twenty;
    const both = [record(seed, ['heart attack']), record(other, ['stroke'])];
    const terms = new Map([
      ['heart attack', new Set([seed, '99999999'])],
      ['stroke', new Set([other, '99999999'])],
    ]);
    // By the words alone, without the heading that they are mapped to, the seed is not found.
    const unmapped = new Map([['heart attack', new Set(['99999999'])]]);
    const pubmed = simulatedPubMed(terms, new Set(['1', seed, other]), both, unmapped);
    const lines = linesOf('#1 heart attack\n#2 stroke[tiab]\n#3 stroke[tiab] NOT heart attack');
    expect(await seedMatrix(pubmed, lines, [seed, other])).toEqual([[seed], [other], [other]]);
    // Where one line is asked about alone, too.
    expect(await seedMatrix(pubmed, linesOf('#1 stroke[tiab] NOT heart attack'), [seed])).toEqual([[]]);
    expect(pubmed.asked).toHaveLength(2);
  });

  it('takes another witness where the first record of PubMed is a seed itself', async () => {
    const terms = new Map([['falls', new Set(['2', '99999999'])]]);
    const pubmed = simulatedPubMed(terms, new Set(['1', '2', '3']), []);
    expect(await seedMatrix(pubmed, linesOf('#1 falls[tiab]'), ['1', '2'])).toEqual([['2']]);
    expect(pubmed.asked[0]).toMatch(/ OR 3\[uid\]$/);
  });

  it('leaves ids aside that are no PMIDs, and keeps the order and repetitions of the others', async () => {
    const pubmed = world(someWords, [], vocabulary);
    const ids = ['NCT01234567', ...twenty, '0', '007', twenty[0] ?? ''];
    await check(pubmed, linesOf('#1 wa0x[tiab]\n#2 wb1x[tiab]\n#3 #1 OR #2'), ids);
    expect(pubmed.asked.join(' ')).not.toMatch(/NCT|(?<!\d)(0|007|7)\[uid\]/);
    const none = world(someWords, [], vocabulary);
    expect(await seedMatrix(none, sixtyLines, ['NCT01234567'])).toEqual(Array.from({ length: 60 }, () => []));
    expect(none.asked).toEqual([]);
  });

  it('a line that PubMed rejects costs the others nothing but requests, and those that refer to it say why', async () => {
    const pubmed = world(someWords, [], vocabulary);
    const lines = linesOf('#1 wa0x[tiab]\n#2 rejected[tiab]\n#3 wb1x[tiab]\n#4 #1 OR #3\n#5 #2 AND #3');
    const found = await seedMatrix(pubmed, lines, twenty);
    const has = (...words: string[]) =>
      twenty.filter((id) => words.some((word) => someWords.get(id)?.includes(word)));
    expect(found[0]).toEqual(has('wa0x'));
    expect(found[1]).toBeInstanceOf(SearchError);
    expect(found[2]).toEqual(has('wb1x'));
    expect(found[3]).toEqual(has('wa0x', 'wb1x'));
    expect(found[4]).toMatchObject({ code: 'rejected' });
  });

  it.each([
    ['a stop word', '#1 the', '#3 #1 AND #2'],
    ['an unknown field', '#1 falls[xyz]', '#3 #1 AND #2'],
  ])('writes out what refers to a line that PubMed may leave out: %s', (_, first, last) => {
    const rows = planRows(linesOf(`${first}\n#2 elderly[tiab]\n${last}`)).rows.map(({ text }) => text);
    expect(rows).toContainEqual(expect.stringMatching(/^\(?(the|falls\[xyz\])\)? AND elderly\[tiab\]$/));
  });

  it('fails as a whole where PubMed cannot be asked, and where it answers with something else', async () => {
    const pubmed = world(someWords, [], vocabulary);
    const fault = new SearchError('network', 'gone', true);
    await expect(
      seedMatrix({ ...pubmed, ask: () => Promise.reject(fault) }, sixtyLines, twenty),
    ).rejects.toBe(fault);
    await expect(
      seedMatrix({ ...pubmed, ask: async () => ['99999999'] }, sixtyLines, twenty),
    ).rejects.toMatchObject({ code: 'network', retryable: true });
  });

  it('ends when it is cancelled', async () => {
    const abort = new AbortController();
    const pubmed = world(someWords, [['wa0x', twenty[0] ?? '']], vocabulary);
    const ask: typeof pubmed.ask = (term, most, options) => {
      abort.abort();
      return pubmed.ask(term, most, options);
    };
    await expect(
      seedMatrix({ ...pubmed, ask }, sixtyLines, twenty, { signal: abort.signal }),
    ).rejects.toMatchObject({ code: 'aborted' });
    expect(pubmed.asked).toHaveLength(1);
  });

  it('asks after an edit about the line that changed and nothing else, with a memory', async () => {
    const pubmed = world(someWords, [['wb27x', twenty[3] ?? '']], vocabulary);
    const memory = new RowMemory();
    const options = { memory, today: '2026-05-01' };
    await check(pubmed, sixtyLines, twenty, options);
    const cold = pubmed.asked.length;
    const edited = linesOf(sixty.replace('#7 wg6x[tiab]', '#7 wi34x[tiab] OR wj35x[tiab]'));
    // The line, the block that it is in, and what uses the block.
    const changed = [6, 50, 52, 57, 58, 59].flatMap((at) => edited[at] ?? []);
    await check(pubmed, changed, twenty, options);
    const terms = pubmed.asked.slice(cold);
    expect(terms).toHaveLength(1);
    expect(terms[0]?.length).toBeLessThan(900);
    await check(pubmed, edited, twenty, options);
    expect(pubmed.asked).toHaveLength(cold + 1);
    await check(pubmed, edited, twenty, { memory, today: '2026-05-02' });
    expect(pubmed.asked.length).toBeGreaterThan(cold + 1);
    const [before] = [pubmed.asked.length];
    memory.forget();
    await check(pubmed, edited.slice(0, 2), twenty, { memory, today: '2026-05-02' });
    expect(pubmed.asked.length).toBeGreaterThan(before);
  });

  it('remembers of each seed what it was told, and asks about others', async () => {
    const pubmed = world(someWords, [], vocabulary);
    const memory = new RowMemory();
    const [line] = linesOf('#1 wa0x[tiab]');
    if (line === undefined) throw new Error('no line');
    await check(pubmed, [line], twenty.slice(0, 10), { memory });
    await check(pubmed, [line], twenty.slice(3, 9), { memory });
    expect(pubmed.asked).toHaveLength(1);
    await check(pubmed, [line], twenty, { memory });
    await check(pubmed, [line], twenty, { memory });
    expect(pubmed.asked).toHaveLength(2);
  });
});
