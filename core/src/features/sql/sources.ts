import { foldedName } from '../../sqlSchema/index.ts';
import type { BoundSource, Scope } from '../../sql/index.ts';

/** Other names of a table's row number (https://sqlite.org/lang_createtable.html#rowid). */
const rowNames = new Set(['rowid', 'oid', '_rowid_']);

/** The sources of one query that have a column of this name. */
export function sourcesWith({ sources }: Scope, column: string): readonly BoundSource[] {
  const wanted = foldedName(column);
  return sources.filter(
    ({ isQualifiedOnly, columns }) =>
      !isQualifiedOnly && columns?.some(({ name }) => foldedName(name) === wanted) === true,
  );
}

/** Whether a source is the only one of its query that its name means. */
export function isNamedApart({ sources }: Scope, { name }: BoundSource): boolean {
  return name !== undefined && sources.filter((other) => isCalled(other, name)).length === 1;
}

/**
 * The source whose column a name without a table means, and whose name means it there too. Undefined where that is not for certain or not one
 * source: columns that USING merges, aliases of the list, row numbers, sources whose columns are not known.
 */
export function sourceOf(column: string, scope: Scope): BoundSource | undefined {
  const wanted = foldedName(column);
  if (rowNames.has(wanted)) return undefined;
  const nearer: Scope[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const [source, ...others] = sourcesWith(at, column);
    if (source !== undefined) {
      const { name } = source;
      if (others.length > 0 || name === undefined || !isNamedApart(at, source)) return undefined;
      const isHidden = nearer.some(({ sources }) => sources.some((other) => isCalled(other, name)));
      return isHidden ? undefined : source;
    }
    if (at.sources.some(({ columns }) => columns === undefined)) return undefined;
    if (at.outputs.some(({ name, isAlias }) => isAlias && foldedName(name) === wanted)) return undefined;
    nearer.push(at);
  }
  return undefined;
}

export function isCalled({ name }: BoundSource, other: string): boolean {
  return name !== undefined && foldedName(name) === foldedName(other);
}
