/** A process that asks a service as a window or a command does: `node asking.ts JSON` prints the counts, or `started` and then nothing more until it is killed. */
import type { ResolvedQuery } from '@querent/core/pubmed';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import { openLivePubMed } from '../openLive.ts';

interface Task {
  readonly address: string;
  readonly folder: string;
  readonly key: string;
  readonly queries: readonly string[];
  readonly seeds: readonly string[];
}

const { queries, seeds, ...options } = JSON.parse(process.argv[2] ?? '') as Task;
const engine = openLivePubMed({
  ...options,
  email: 'library@example.org',
  warn: (message) => console.error(message),
});
const resolved = queries.map((text): ResolvedQuery => {
  const query = resolveText(text);
  if (isUnresolvable(query)) throw new Error(query.problem);
  return query;
});
const counts = await Promise.all(resolved.map(async (query) => (await engine.count(query)).count));
const found = seeds.length === 0 ? [] : await engine.matchingAll(resolved, seeds);
await engine.close();
console.log(JSON.stringify({ counts, found }));
