import { describe, expect, it } from 'vitest';
import { leakage } from '../leakage.ts';
import { madeLibrary } from '../testing/madeLibrary.ts';
import type { Topic } from '../topic.ts';
import { majorHeadings } from './headingTopics.ts';
import { topicsFromLibrary } from './topicsFromLibrary.ts';

const engine = madeLibrary(3000);
const make = async (more: Partial<Parameters<typeof topicsFromLibrary>[2]> = {}) =>
  topicsFromLibrary(engine, 'made', { count: 60, relevant: [5, 60], seed: 1, ...more });
const relevantOf = ({ target }: Topic): readonly string[] => target['relevant'] as readonly string[];
const record = (id: string) => engine.records([id])[0];

describe('topics made from a library', () => {
  it('of headings have exactly the records with both as major topics, and titles in words that MeSH has for them', async () => {
    const { topics, candidates } = await make();
    const ofHeadings = topics.filter(({ source }) => source === 'made-headings');
    expect(ofHeadings.length).toBeGreaterThan(10);
    expect(candidates.headings).toBeGreaterThan(ofHeadings.length);
    for (const { id, input, target } of ofHeadings) {
      const wanted = id
        .replace('made/headings/', '')
        .split(' × ')
        .map((part) => part.split('/') as [string, string?]);
      const expected: string[] = [];
      for (let doc = 0; doc < engine.index.documentCount; doc++) {
        const majors = majorHeadings(record(engine.index.idOf(doc))?.mesh ?? []);
        const hasAll = wanted.every(
          ([heading, qualifier]) =>
            majors.has(heading) && (qualifier === undefined || majors.get(heading)?.has(qualifier)),
        );
        if (hasAll) expected.push(engine.index.idOf(doc));
      }
      expect(target['relevant']).toEqual(expected);
      for (const [heading] of wanted) expect(String(input['title'])).toContain(heading);
    }
    expect(ofHeadings.some(({ input }) => String(input['title']).includes('by another name'))).toBe(true);
    expect(ofHeadings.some(({ input }) => !String(input['title']).includes('by another name'))).toBe(true);
  });

  it('of neighbourhoods have records that share rare words of the title, never the record of the title itself', async () => {
    const { topics } = await make();
    const neighbours = topics.filter(({ source }) => source === 'made-neighbours');
    expect(neighbours.length).toBeGreaterThan(10);
    for (const each of neighbours) {
      const own = each.id.replace('made/neighbours/', '');
      expect(relevantOf(each)).not.toContain(own);
      expect(`${String(each.input['title'])}.`).toBe(record(own)?.title);
      const rare = /marker\d+/.exec(String(each.input['title']))?.[0] ?? '';
      expect(relevantOf(each).every((id) => record(id)?.title.includes(rare))).toBe(true);
    }
  });

  it('are the same for the same seed, within their bounds, and no two are nearly the same', async () => {
    const [first, again, other] = [await make(), await make(), await make({ seed: 2 })];
    expect(again.topics).toEqual(first.topics);
    expect(other.topics).not.toEqual(first.topics);
    expect(new Set(first.topics.map(({ id }) => id)).size).toBe(first.topics.length);
    for (const [i, a] of first.topics.entries()) {
      expect(relevantOf(a).length).toBeGreaterThanOrEqual(5);
      expect(relevantOf(a).length).toBeLessThanOrEqual(60);
      for (const b of first.topics.slice(i + 1)) {
        const shared = relevantOf(a).filter((id) => relevantOf(b).includes(id)).length;
        expect(shared / (relevantOf(a).length + relevantOf(b).length - shared)).toBeLessThanOrEqual(0.5);
      }
    }
  });

  it('keep away from topics that are held out', async () => {
    const held = relevantOf((await make()).topics[0] as Topic);
    const { topics, heldOut } = await make({ heldOut: [held], overlap: 0.1 });
    expect(heldOut).toBeGreaterThan(0);
    for (const each of topics) {
      const shared = relevantOf(each).filter((id) => held.includes(id)).length;
      expect(shared / Math.min(held.length, relevantOf(each).length)).toBeLessThanOrEqual(0.1);
    }
    const strict = await make({ forbidden: held });
    expect(strict.topics.flatMap(relevantOf).filter((id) => held.includes(id))).toEqual([]);
  });

  it('are dealt out without a record in common, and train is filled up again', async () => {
    const { topics } = await make({ shares: [0.8, 0.1, 0.1] });
    const part = (name: string) => topics.filter(({ split }) => split === name);
    expect(part('test').length).toBeGreaterThan(0);
    expect(part('train').length).toBeGreaterThan(part('test').length);
    expect(part('train').length + part('validation').length + part('test').length).toBe(topics.length);
    const trained = { name: 'train', topics: part('train') };
    expect(leakage(trained, { name: 'test', topics: part('test') }).all.sharesRecord).toBe(0);
    expect(leakage(trained, { name: 'validation', topics: part('validation') }).all.sharesRecord).toBe(0);
  });

  it('can be stopped', async () => {
    await expect(make({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });
});

describe('major headings', () => {
  it('are read with the star at the heading or at a subheading', () => {
    const majors = majorHeadings(['*A/drug therapy/surgery', 'B/*therapy/diet', 'C', 'D/x', '*E']);
    expect([...majors].map(([name, qualifiers]) => [name, [...qualifiers].join()])).toEqual([
      ['A', 'drug therapy,surgery'],
      ['B', 'therapy'],
      ['E', ''],
    ]);
  });
});
