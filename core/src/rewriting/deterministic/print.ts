import type { Thesaurus } from '../../mesh/index.ts';
import type { Clause } from './cover.ts';
import type { Feature } from './feature.ts';

/**
 * A disjunction of clauses as PubMed text. Pairs that share a feature are written together, `(a AND (b OR c))`, the feature that
 * saves most first; single features come last, grouped by OR. A term that stands alone is left out of the pairs: `a OR (a AND b)`
 * is `a`.
 */
export function printClauses(clauses: readonly Clause[], thesaurus?: Thesaurus): string {
  const singles = clauses.filter((clause) => clause.length === 1).map(([feature]) => feature);
  let pairs = clauses.filter((clause) => clause.length === 2);
  const groups: { head: Feature; partners: Feature[] }[] = [];
  while (pairs.length > 0) {
    const head = mostSaving(pairs);
    const own = pairs.filter((pair) => pair.includes(head));
    groups.push({ head, partners: own.map(([a, b]) => (a === head ? b : a)) });
    pairs = pairs.filter((pair) => !own.includes(pair));
  }
  const ors = terms(singles, thesaurus);
  const parts = groups
    .map(({ head, partners }) => [without([head], ors), without(partners, ors)] as const)
    .filter(([head, partners]) => head.length > 0 && partners.length > 0)
    .map(([head, partners]) => `(${block(head, thesaurus)} AND ${block(partners, thesaurus)})`);
  if (parts.length === 0) return ors.join(' OR ');
  if (parts.length === 1 && ors.length === 0) return parts[0]?.slice(1, -1) ?? '';
  return [...parts, ...ors].join(' OR ');
}

/** Blocks as PubMed text, joined by AND; one alone needs no parentheses. */
export function printBlocks(blocks: readonly (readonly Feature[])[], thesaurus?: Thesaurus): string {
  const [first] = blocks;
  if (first !== undefined && blocks.length === 1) return terms(first, thesaurus).join(' OR ');
  return blocks.map((one) => block(one, thesaurus)).join(' AND ');
}

/** The features without the terms that find nothing beyond what `alone` finds; features left without a term are dropped. */
function without(features: readonly Feature[], alone: readonly string[]): readonly Feature[] {
  const texts = new Set(alone.map(textOf).filter((text) => text !== undefined));
  return features
    .map((feature) => ({
      ...feature,
      terms: feature.terms.filter((term) => !alone.includes(term) && !holdsShorter(textOf(term), texts)),
    }))
    .filter(({ terms }) => terms.length > 0);
}

/** The OR of features, in parentheses where it is more than one term. */
function block(features: readonly Feature[], thesaurus: Thesaurus | undefined): string {
  const all = terms(features, thesaurus);
  return all.length === 1 ? all.join('') : `(${all.join(' OR ')})`;
}

/**
 * The terms of features: concept by concept, headings before text words within each; every term once, and no heading beside one
 * whose explosion holds it.
 */
function terms(features: readonly Feature[], thesaurus: Thesaurus | undefined): string[] {
  const order: readonly Feature['kind'][] = ['concept', 'heading', 'phrase', 'word', 'design'];
  const ordered = [...features].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const all = [...new Set(ordered.flatMap((feature) => feature.terms))];
  const texts = new Set(all.map(textOf).filter((text) => text !== undefined));
  const isExploded = explosions(all, thesaurus);
  return all.filter((term) => !holdsShorter(textOf(term), texts) && !isExploded(term));
}

/** Tells of a heading whether another one of `terms` has it below it in a tree. */
function explosions(terms: readonly string[], thesaurus: Thesaurus | undefined): (term: string) => boolean {
  const trees = (term: string): readonly string[] => {
    const name = /^"(.*)"\[mh\]$/u.exec(term)?.[1];
    return (name === undefined ? undefined : thesaurus?.byName(name))?.treeNumbers ?? [];
  };
  return (term) =>
    trees(term).some((below) =>
      terms.some((other) => other !== term && trees(other).some((above) => below.startsWith(`${above}.`))),
    );
}

/** The words of a title and abstract term; undefined for other fields. */
function textOf(term: string): string | undefined {
  return /^"?([^"]*)"?\[tiab\]$/u.exec(term)?.[1];
}

/** Whether a phrase holds a shorter text of the same OR, and so finds nothing more: `knee osteoarthritis` beside `osteoarthritis`. */
function holdsShorter(text: string | undefined, texts: ReadonlySet<string>): boolean {
  const words = text?.split(' ') ?? [];
  for (let from = 0; from < words.length; from++)
    for (let to = from + 1; to <= words.length; to++)
      if (to - from < words.length && texts.has(words.slice(from, to).join(' '))) return true;
  return false;
}

/** The feature whose being written once saves the longest text; equals in the order of the pairs. */
function mostSaving(pairs: readonly (readonly [Feature, Feature])[]): Feature {
  const saved = new Map<Feature, number>();
  for (const feature of pairs.flat()) saved.set(feature, (saved.get(feature) ?? 0) + 1);
  let best = pairs[0]?.[0];
  let most = -1;
  for (const [feature, uses] of saved) {
    const saves = (uses - 1) * (feature.terms.join(' OR ').length + 8) + (feature.kind === 'concept' ? 1 : 0);
    if (saves > most) [best, most] = [feature, saves];
  }
  if (best === undefined) throw new RangeError('There are no pairs.');
  return best;
}
