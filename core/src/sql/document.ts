import type { SqlDocument, SqlStatement } from './documentTypes.ts';
import { directivesOf } from './directives.ts';
import { scanDocument } from './recovery.ts';
import { scanSql } from './scanner.ts';
import type { SqlToken } from './scanner.ts';
import { splitStatements } from './splitter.ts';
import type { StatementSpan } from './splitter.ts';
import { parseStatement } from './statementParser.ts';
import type { SqlTree } from './tree.ts';

/** What does not depend on where a statement stands: made when asked for, kept while the text is the same. */
class StatementBody {
  readonly text: string;
  #tokens: readonly SqlToken[] | undefined;
  #tree: SqlTree | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get tokens(): readonly SqlToken[] {
    this.#tokens ??= scanSql(this.text);
    return this.#tokens;
  }

  get tree(): SqlTree {
    this.#tree ??= parseStatement(this.tokens, this.text.length);
    return this.#tree;
  }
}

class Statement implements SqlStatement {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly ending: SqlStatement['ending'];
  readonly body: StatementBody;

  constructor(index: number, { start, end, ending }: StatementSpan, body: StatementBody) {
    this.index = index;
    this.start = start;
    this.end = end;
    this.ending = ending;
    this.body = body;
  }

  get text(): string {
    return this.body.text;
  }

  get tokens(): readonly SqlToken[] {
    return this.body.tokens;
  }

  get tree(): SqlTree {
    return this.body.tree;
  }
}

/**
 * Parses a document of SQL. Never throws. Statements are parsed when their trees are asked for.
 * @param previous the document before an edit: its statements whose text is the same keep their trees, wherever they stand now
 */
export function parseSqlDocument(text: string, previous?: SqlDocument): SqlDocument {
  const tokens = scanDocument(text);
  const spans = splitStatements(text, tokens);
  const bodies = new Map<string, StatementBody>();
  for (const statement of previous?.statements ?? [])
    if (statement instanceof Statement) bodies.set(statement.text, statement.body);
  const statements = spans.map((span, index) => {
    const own = text.slice(span.start, span.end);
    const body = bodies.get(own) ?? new StatementBody(own);
    bodies.set(own, body);
    return new Statement(index, span, body);
  });
  return { text, tokens, statements, directives: directivesOf(text, tokens, spans) };
}

/**
 * The statement at an offset of a document: the one that the offset is in or touches, or behind which, without a `;`, it stands.
 * Where two touch it, the one that begins there. Undefined where a new statement would begin.
 */
export function statementAt({ statements }: SqlDocument, offset: number): SqlStatement | undefined {
  const at = statements.findLastIndex(({ start }) => start <= offset);
  const statement = statements[at];
  if (statement === undefined) return undefined;
  if (offset < statement.end || statement.ending !== 'semicolon') return statement;
  return undefined;
}
