/** Queries that are too large to be sent at once. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseStrategy, printResolved, isUnresolvable, resolveLine } from '../../strategy/index.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import { fits, LARGEST, shorten } from './longQuery.ts';
import { HistoryServer } from './testing/historyServer.ts';
import { failure, query, ScriptedEutils } from './testing/scriptedEutils.ts';
import type { Answer } from './testing/scriptedEutils.ts';

/** Which of the records 0..31 a query of single letters finds, read strictly from left to right as PubMed does. */
function evaluate(text: string): number {
  const tokens = text.match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const operand = (): number => {
    const token = tokens[at++] ?? '';
    if (token !== '(') return valueOf(token);
    const inside = chain();
    at++;
    return inside;
  };
  const chain = (): number => {
    let value = operand();
    while (at < tokens.length && tokens[at] !== ')') {
      const operator = tokens[at++];
      const next = operand();
      value = operator === 'OR' ? value | next : operator === 'AND' ? value & next : value & ~next;
    }
    return value >>> 0;
  };
  return chain();
}

function valueOf(word: string): number {
  let hash = 7;
  for (const char of word.replace(/\[\w+\]/, '')) hash = Math.imul(hash ^ char.charCodeAt(0), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const word = fc
  .tuple(fc.constantFrom('alpha', 'b', 'gamma', 'dd', 'epsilon', 'zeta'), fc.nat(99), fc.boolean())
  .map(([text, number, isCut]) => `${text}${number}${isCut ? '*' : ''}[ti]`);
const text = fc.letrec<{ chain: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 4 },
    word,
    tie('chain').map((inner) => `(${inner})`),
  ),
  chain: fc
    .array(fc.tuple(fc.constantFrom('AND', 'OR', 'NOT'), tie('operand')), { minLength: 1, maxLength: 9 })
    .map((parts) => parts.map(([operator, part], at) => (at === 0 ? part : `${operator} ${part}`)).join(' ')),
})).chain;

/** Lines that use the ones before, as a strategy has them. */
function lastLine(...lines: readonly string[]): ResolvedQuery {
  const document = parseStrategy(lines.map((line, at) => `#${at + 1} ${line}`).join('\n'));
  const resolved = resolveLine(document, String(lines.length));
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

describe('a query that is sent in parts', () => {
  it('means the same, and no part is too large', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.integer({ min: 60, max: 200 }),
        fc.integer({ min: 1, max: 4 }),
        async (one, two, length, wildcards) => {
          const whole = lastLine(one, two, '#1 AND #2 OR #1 NOT alpha1[ti]');
          const kept: string[] = [];
          const size = { length, wildcards };
          const last = await shorten(whole, size, (part) => {
            kept.push(part);
            return Promise.resolve(String(kept.length));
          });
          for (const part of [...kept, last]) expect(fits(part, size), part).toBe(true);
          let written = last;
          while (written.includes('#'))
            written = written.replace(
              /#(\d+)/g,
              (_, number: string) => `(${kept[Number(number) - 1] ?? ''})`,
            );
          expect(evaluate(written)).toBe(evaluate(printResolved(whole)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is sent as it is as long as it fits', async () => {
    const whole = query('a[ti] OR (b*[ti] AND c[ti])');
    expect(await shorten(whole, LARGEST, () => Promise.reject(new Error('kept')))).toBe(printResolved(whole));
  });
});

const eutils = new ScriptedEutils();
beforeAll(() => eutils.start());
afterAll(() => {
  eutils.stop();
});

/** Finds the records of which the number is in the query as `r12[ti]`, and says so of two parts. */
function numbersIn(term: string): { ids: readonly string[]; more: object } {
  const uids = [...term.matchAll(/(\d+)\[uid\]/g)].map(([, id]) => id);
  const ids = [...new Set([...term.matchAll(/\br(\d+)/g)].map(([, number]) => number ?? ''))];
  return {
    ids: uids.length === 0 ? ids : ids.filter((id) => uids.includes(id)),
    more: {
      translationset: term.includes('r17[') ? [{ from: 'r17', to: '"r17"[MeSH Terms]' }] : [],
      errorlist: { phrasesnotfound: term.includes('r1900[') ? ['r1900[ti]'] : [], fieldsnotfound: [] },
    },
  };
}

describe('long queries over HTTP', () => {
  const many = Array.from({ length: 2000 }, (_, at) => `r${at}[ti]`);

  it('of 18,000 characters are sent in two parts, with what is said of both', async () => {
    const server = new HistoryServer(numbersIn);
    eutils.answer(server.answer);
    const engine = eutils.engine();
    const long = query(many.join(' OR '));
    const result = await engine.count(long, { until: '2016-09-30' });
    expect(result.count).toBe(2000);
    expect(eutils.seen).toHaveLength(2);
    expect(eutils.terms.every((term) => term.length <= 14_000)).toBe(true);
    // Limits by date belong to the whole.
    expect(eutils.seen.map(({ parameters }) => parameters.get('maxdate'))).toEqual([null, '2016/09/30']);
    expect(result.mappings).toEqual([{ from: 'r17', to: '"r17"[MeSH Terms]' }]);
    expect(result.warnings.map(({ subject }) => subject)).toEqual(['r1900[ti]']);
    // A number of the history server means nothing to anyone.
    expect(result.translation).toMatch(/^\(r0\[ti\] OR r1\[ti\].* OR r1999\[ti\]$/);

    // What is kept is used again.
    expect(await engine.matching(long, ['5', '3000'])).toEqual(['5']);
    expect(eutils.seen).toHaveLength(3);
    expect(eutils.terms[2]).toMatch(/^\(#1 OR .*\) AND \(5\[uid\] OR 3000\[uid\]\) OR 1\[uid\]$/);
  });

  it('are not told of what one part alone finds', async () => {
    const nothing = {
      warninglist: { phrasesignored: [], quotedphrasesnotfound: [], outputmessages: ['No items found.'] },
    };
    const server = new HistoryServer((term) =>
      term.includes('even') ? { ids: ['1', '2'] } : { ids: [], more: nothing },
    );
    eutils.answer(server.answer);
    const odd = Array.from({ length: 1400 }, (_, at) => `odd${at}[ti]`).join(' OR ');
    const found = await eutils.engine().count(query(`(${odd}) OR even[ti]`));
    expect([found.count, found.warnings]).toEqual([2, []]);
    const empty = await eutils.engine().count(query(`(${odd}) OR odd[ti]`));
    expect(empty.warnings.map(({ message }) => message)).toEqual(['PubMed says: No items found.']);
  });

  it('with more than 200 stars too', async () => {
    eutils.answer(new HistoryServer(numbersIn).answer);
    const result = await eutils.engine().count(
      query(
        many
          .slice(0, 250)
          .map((term) => term.replace('[', '*['))
          .join(' OR '),
      ),
    );
    expect(result.count).toBe(250);
    expect(eutils.terms.map((term) => term.split('*').length - 1)).toEqual([200, 50]);
  });

  it('go in shorter parts to a server that takes less, which is remembered', async () => {
    const server = new HistoryServer(numbersIn);
    server.longest = 3000;
    eutils.answer(server.answer);
    const engine = eutils.engine();
    expect(await engine.count(query(many.slice(0, 1000).join(' OR ')))).toMatchObject({ count: 1000 });
    const refused = eutils.terms.filter((term) => term.length > 3000).length;
    expect(refused).toBeLessThanOrEqual(3);
    expect(await engine.count(query(many.slice(500, 1500).join(' OR ')))).toMatchObject({ count: 1000 });
    expect(eutils.terms.filter((term) => term.length > 3000)).toHaveLength(refused);
  });

  it('are sent anew where the history server forgets between two parts, which then have the same number', async () => {
    const server = new HistoryServer((term) => ({
      ids: term.includes('odd0[') && term.includes('even0[') ? ['1'] : ['2', '3'],
    }));
    let asked = 0;
    eutils.answer((response, seen) => {
      server.answer(response, seen);
      if (++asked === 2) server.forget();
    });
    const group = (word: string): string =>
      `(${Array.from({ length: 1400 }, (_, at) => `${word}${at}[ti]`).join(' OR ')})`;
    const result = await eutils.engine().count(query(`${group('odd')} AND ${group('even')}`));
    expect(result.count).toBe(1);
    // Two parts of each group, and the whole.
    expect(eutils.seen).toHaveLength(3 + 5);
  });

  it('are given up where the server takes next to nothing', async () => {
    const server = new HistoryServer(numbersIn);
    server.longest = 1000;
    eutils.answer(server.answer);
    const error = await failure(
      eutils.engine().matching(
        query(many.join(' OR ')),
        many.slice(0, 150).map((_, at) => String(at + 1e7)),
      ),
    );
    // That is nothing that splitting the line would help.
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toMatch(/finds a query of 1,\d+ characters too long/);
    expect(eutils.seen.length).toBeLessThan(12);
  });

  it('stay whole where what refused one has taken longer ones before', async () => {
    const server = new HistoryServer(numbersIn);
    const refuse: Answer = (response) => response.writeHead(414).end();
    const engine = eutils.engine();
    eutils.answer(server.answer);
    await engine.count(query(many.slice(0, 1200).join(' OR ')));
    eutils.answer(refuse, server.answer);
    expect(await engine.count(query(many.slice(0, 1000).join(' OR ')))).toMatchObject({ count: 1000 });
    expect(eutils.seen.map(({ parameters }) => parameters.get('usehistory'))).toEqual([null, null]);

    // What was learned from a fault is forgotten after a while.
    const other = eutils.engine();
    eutils.answer(refuse, server.answer);
    await other.count(query(many.slice(0, 1200).join(' OR ')));
    expect(eutils.seen.length).toBeGreaterThan(2);
    const now = performance.now.bind(performance);
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + 700_000);
    try {
      eutils.answer(server.answer);
      await other.count(query(many.slice(0, 1100).join(' OR ')));
      expect(eutils.seen).toHaveLength(1);
    } finally {
      spy.mockRestore();
    }
  });

  it('are sent anew, once, when the history server has forgotten them', async () => {
    const server = new HistoryServer(numbersIn);
    eutils.answer(server.answer);
    const engine = eutils.engine();
    const long = query(many.join(' OR '));
    await engine.count(long);
    server.forget();
    expect(await engine.count(long)).toMatchObject({ count: 2000 });
    expect(eutils.seen).toHaveLength(2 + 1 + 2);

    // A server that forgets at once is given up.
    eutils.answer((response, seen) => {
      server.answer(response, seen);
      server.forget();
    });
    expect(await failure(eutils.engine().count(long))).toMatchObject({ code: 'network', retryable: true });
    expect(eutils.seen).toHaveLength(4);
  });

  it('go on for others when the one who asked first has gone', async () => {
    const server = new HistoryServer(numbersIn);
    eutils.answer(server.answer);
    const engine = eutils.engine();
    const long = query(many.join(' OR '));
    const leaving = new AbortController();
    eutils.answer((response, seen) => {
      leaving.abort();
      server.answer(response, seen);
    }, server.answer);
    const [first, second] = await Promise.allSettled([
      engine.count(long, { signal: leaving.signal }),
      engine.count(long),
    ]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { count: 2000 } });
  });

  it('a thousand seeds are posted rather than written out', async () => {
    const server = new HistoryServer((term) => ({
      ids: [...term.matchAll(/(\d+)\[uid\]/g)].flatMap(([, id]) => (Number(id) % 2 === 0 ? [id ?? ''] : [])),
    }));
    eutils.answer(server.answer);
    const ids = Array.from({ length: 1000 }, (_, at) => String(1000 + at));
    expect(await eutils.engine().matching(query('a[ti] OR b[ti]'), ids)).toEqual(
      ids.filter((id) => Number(id) % 2 === 0),
    );
    expect(eutils.seen.map(({ utility }) => utility)).toEqual(['epost', 'esearch']);
    expect(eutils.terms[1]).toBe('(#1 AND (a[ti] OR b[ti])) OR 1[uid]');
  });
});
