import type { Descriptor } from './descriptor.ts';

/** Whether a descriptor is a publication type and no subject, so that PubMed searches it with `[pt]`: all of its places are in MeSH's category V. */
export function isPublicationType({ treeNumbers }: Pick<Descriptor, 'treeNumbers'>): boolean {
  return treeNumbers.length > 0 && treeNumbers.every((number) => number.startsWith('V'));
}
