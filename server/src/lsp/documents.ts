import { TextDocuments, type Connection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parseStrategy, searchLanguage, type StrategyDocument } from '@querent/core/strategy';
import { TRIALS_LANGUAGE_ID } from '../protocol.ts';
import { SQL_LANGUAGE_ID } from '../sqlProtocol.ts';
import { OpenText } from './openText.ts';
import { longestSql, OpenSqlDocument } from './sql/openSqlDocument.ts';

/** An open search at one version; immutable, what is derived from it is computed on first use. */
export class OpenDocument extends OpenText {
  readonly #isTrials: boolean;
  #strategy: StrategyDocument | undefined;

  constructor(uri: string, version: number, text: string, languageId: string) {
    super(uri, version, text);
    this.#isTrials = languageId === TRIALS_LANGUAGE_ID;
  }

  /** The search language of its lines: the file's, or what the front matter says, as the linter has it. */
  get language(): 'pubmed' | 'ctgov' {
    return this.#isTrials ? 'ctgov' : searchLanguage(this.strategy);
  }

  get strategy(): StrategyDocument {
    return (this.#strategy ??= parseStrategy(this.text));
  }
}

/** The documents that the client has open, one lazily parsed {@link OpenDocument} per version. */
export class Documents {
  readonly #synced = new TextDocuments(TextDocument);
  readonly #open = new Map<string, OpenDocument>();
  readonly #sql = new Map<string, OpenSqlDocument>();
  /** Documents of SQL that are longer than what is read: how many characters they have. */
  readonly #long = new Map<string, number>();

  /** Takes over the connection's document notifications. */
  listen(
    connection: Connection,
    onChange: (document: OpenDocument) => void,
    onClose: (uri: string) => void,
    sql: { changed(document: OpenSqlDocument): void; left(uri: string): void },
  ): void {
    this.#synced.onDidChangeContent(({ document }) => {
      if (document.languageId === SQL_LANGUAGE_ID) {
        const text = document.getText();
        if (text.length > longestSql) {
          this.#long.set(document.uri, text.length);
          this.#sql.delete(document.uri);
          sql.left(document.uri);
          return;
        }
        this.#long.delete(document.uri);
        const before = this.#sql.get(document.uri);
        const open = new OpenSqlDocument(document.uri, document.version, text, before);
        this.#sql.set(document.uri, open);
        sql.changed(open);
        return;
      }
      const open = new OpenDocument(document.uri, document.version, document.getText(), document.languageId);
      this.#open.set(document.uri, open);
      onChange(open);
    });
    this.#synced.onDidClose(({ document }) => {
      if (this.#long.delete(document.uri) || this.#sql.delete(document.uri)) {
        sql.left(document.uri);
        return;
      }
      this.#open.delete(document.uri);
      onClose(document.uri);
    });
    this.#synced.listen(connection);
  }

  /** The search at `uri`, or undefined when none is open there (any more). */
  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri);
  }

  all(): readonly OpenDocument[] {
    return [...this.#open.values()];
  }

  /** The document of SQL at `uri`, or undefined when none is open there (any more), or one that is too long to be read. */
  getSql(uri: string): OpenSqlDocument | undefined {
    return this.#sql.get(uri);
  }

  allSql(): readonly OpenSqlDocument[] {
    return [...this.#sql.values()];
  }

  /** Documents of SQL that are open and too long to be read, with their characters. */
  longSql(): ReadonlyMap<string, number> {
    return this.#long;
  }
}
