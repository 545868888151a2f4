import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History } from './history.ts';
import type { HistoryEntry } from './protocol.ts';

const search = (term: string, within?: string): HistoryEntry => ({
  ...{ kind: 'search', db: 'pubmed', term },
  ...(within === undefined ? {} : { within }),
});

describe('the history server', () => {
  it('gives sets with those that they speak of, and no others', () => {
    const history = new History({ now: () => 0 });
    const slots = [history.slot(undefined)];
    for (let i = 0; i < 3; i++) slots.push(history.slot(slots[0]?.webEnv));
    expect(slots.map(({ queryKey }) => queryKey)).toEqual(['1', '2', '3', '4']);
    const entries = [search('a'), search('b'), search('#1 AND x'), search('c', '3')];
    slots.forEach((slot, i) => history.keep(slot, entries[i] as HistoryEntry));
    const webEnv = slots[0]?.webEnv;
    expect(history.sets(webEnv, ['4'])).toEqual({ 1: entries[0], 3: entries[2], 4: entries[3] });
    expect(history.sets(webEnv, ['2', '9'])).toEqual({ 2: entries[1] });
    expect(history.sets('MCID_other', ['1'])).toEqual({});
    expect(history.sets(undefined, ['1'])).toEqual({});
  });

  it('keeps an environment as long as it is used', () => {
    let now = 0;
    const history = new History({ now: () => now, lifeMs: 100 });
    const slot = history.slot(undefined);
    history.keep(slot, search('a'));
    for (now = 90; now <= 900; now += 90) expect(history.sets(slot.webEnv, ['1'])).toHaveProperty('1');
    now += 11;
    expect(history.sets(slot.webEnv, ['1'])).toEqual({});
    expect(history.slot(slot.webEnv).webEnv).not.toBe(slot.webEnv);
  });

  it('forgets what was not used for longest rather than grow in number', () => {
    const history = new History({ now: () => 0 });
    const slots = Array.from({ length: 1_000 }, () => history.slot(undefined));
    slots.forEach((slot) => history.keep(slot, search('a')));
    const [first, second] = slots;
    // Used once more, the first is no longer the oldest.
    expect(history.sets(first?.webEnv, ['1'])).toHaveProperty('1');
    history.keep(history.slot(undefined), search('b'));
    expect(history.sets(second?.webEnv, ['1'])).toEqual({});
    expect(history.sets(first?.webEnv, ['1'])).toHaveProperty('1');
  });

  it('forgets what was not used for longest rather than grow in size', () => {
    const history = new History({ now: () => 0 });
    const ids = Array.from({ length: 10_000 }, (_, i) => String(i));
    const slots = Array.from({ length: 200 }, () => {
      const slot = history.slot(undefined);
      history.keep(slot, { kind: 'ids', db: 'pubmed', ids });
      return slot;
    });
    const kept = slots.map(({ webEnv }) => '1' in history.sets(webEnv, ['1']));
    expect(kept.filter((isKept) => isKept).length).toBeLessThan(110);
    expect(kept.at(-1)).toBe(true);
    expect(kept[0]).toBe(false);
  });

  it('has a key for every set, and ends with circles of sets too', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 6 }), (pairs) => {
        const history = new History({ now: () => 0 });
        let webEnv: string | undefined;
        const keys = pairs.map(([a, b]) => {
          const slot = history.slot(webEnv);
          webEnv = slot.webEnv;
          history.keep(slot, search(`#${a} OR #${b}`));
          return slot.queryKey;
        });
        expect(new Set(keys).size).toBe(pairs.length);
        expect(Object.keys(history.sets(webEnv, keys)).sort()).toEqual([...keys].sort());
      }),
    );
  });
});
