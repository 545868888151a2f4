import { parseSqlDocument, type SqlDocument } from '@querent/core/sql';
import { OpenText } from '../openText.ts';

/** An open document of SQL at one version; immutable, parsed on first use. */
export class OpenSqlDocument extends OpenText {
  #parsed: SqlDocument | undefined;

  get parsed(): SqlDocument {
    return (this.#parsed ??= parseSqlDocument(this.text));
  }
}
