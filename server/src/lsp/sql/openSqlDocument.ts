import { parseSqlDocument, type SqlDocument } from '@querent/core/sql';
import { OpenText } from '../openText.ts';

/**
 * Characters of a document that is read, some 40,000 lines. What is longer is the dump of a database, mostly: each key would cost seconds, in which
 * nothing else is answered.
 */
export const longestSql = 1_000_000;

/** An open document of SQL at one version; immutable, parsed on first use. */
export class OpenSqlDocument extends OpenText {
  #parsed: SqlDocument | undefined;
  /** What was parsed last of an earlier version. */
  #before: SqlDocument | undefined;

  /** @param before the version before, whose statements keep their trees where their text is the same */
  constructor(uri: string, version: number, text: string, before?: OpenSqlDocument) {
    super(uri, version, text);
    if (before !== undefined) this.#before = before.#parsed ?? before.#before;
  }

  get parsed(): SqlDocument {
    this.#parsed ??= parseSqlDocument(this.text, this.#before);
    this.#before = undefined;
    return this.#parsed;
  }
}
