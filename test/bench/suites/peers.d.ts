// What the parser benchmark uses of packages that come without types.
declare module 'sra-polyglot' {
  const polyglot: {
    /** Reads a query of PubMed, Ovid MEDLINE or a mixture into a tree. Throws on unbalanced parentheses and the like. */
    parse(query: string, options?: { groupLines?: boolean; removeNumbering?: boolean }): unknown;
  };
  export default polyglot;
}

declare module 'lucene' {
  const lucene: {
    /** Reads a Lucene query into a tree. Throws where the grammar does not match. */
    parse(query: string): unknown;
  };
  export default lucene;
}

declare module 'fastbitset' {
  export default class FastBitSet {
    constructor(values?: Iterable<number>);
    clone(): FastBitSet;
    union(other: FastBitSet): FastBitSet;
    intersection(other: FastBitSet): FastBitSet;
    size(): number;
  }
}
