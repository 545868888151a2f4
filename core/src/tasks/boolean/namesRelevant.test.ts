import { expect, it } from 'vitest';
import { namesRelevant } from './namesRelevant.ts';

const relevant = ['8466062', 'NCT01234567', '2019', '7'];

it.each<[string, boolean]>([
  ['8466062 stroke', true],
  ['"8466062"[all]', true],
  ['08466062[uid]', true],
  ['８４６６０６２', true],
  ['(stroke)OR(8466062)', true],
  ['8466062:8466062[pmid]', true],
  ['AREA[NCTId]nct01234567', true],
  ['84660621 OR 466062', false],
  ['stroke[tiab] AND 2019[dp] AND type 7', false],
])('%s: %j', (query, isNamed) => expect(namesRelevant(query, relevant)).toBe(isNamed));
