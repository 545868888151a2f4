import { explainStatement } from '@querent/core/sqlAssistant';
import { dialectOf, type SqlStatement } from '@querent/core/sql';
import { tableNamed, type SqlSchema } from '@querent/core/sqlSchema';
import { formatCount } from '@querent/core/text';
import type { ReportResult } from '../../protocol.ts';
import type { Services } from '../services.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';

/** Problems that are told beside an explanation. */
const mostProblems = 10;

/** What a statement does, as a document in Markdown: its steps, the tables that it reads, what is wrong or doubtful in it. */
export function explained(
  services: Services,
  document: OpenSqlDocument,
  statement: SqlStatement,
): ReportResult {
  const schema = services.sql.databases.schema(document);
  const { steps, tables } = explainStatement(statement, schema);
  const line = document.lines.positionAt(statement.start).line + 1;
  const problems = services.sql.problems
    .of(document)
    .filter(({ range }) => range.start >= statement.start && range.end <= statement.end);
  const state = services.sql.databases.state(document);
  const isPostgres = dialectOf(document.parsed, services.settings().sql.dialect).dialect !== 'sqlite';
  return {
    title: `What the statement in line ${line} does`,
    markdown: [
      `# What the statement in line ${line} does`,
      fenced(statement.text),
      steps.length === 0
        ? 'There is no whole statement here.'
        : steps.map((step, i) => `${i + 1}. ${step}`).join('\n'),
      ...tablesSection(tables, schema),
      ...(problems.length === 0
        ? []
        : [
            '## What is wrong or doubtful',
            problems.slice(0, mostProblems).map(({ message, rule }) => `- ${message} (${rule})`).join('\n'),
          ]),
      state.kind === 'ready' && !isPostgres
        ? `_By the schema of ${state.label}. Nothing was run._`
        : '_By the text of the statement alone. Nothing was run._',
    ].join('\n\n') + '\n',
  };
} // prettier-ignore

function tablesSection(tables: readonly string[], schema: SqlSchema | undefined): readonly string[] {
  if (schema === undefined || tables.length === 0) return [];
  const rows = tables.map((name) => {
    const table = tableNamed(schema, name);
    if (table === undefined) return `| ${cell(name)} | is not in the database | |`;
    const count = table.rows === undefined ? '' : `${formatCount(table.rows)} rows`;
    const columns = table.columns.map((column) => `${column.name}${column.isKey ? ' (key)' : ''}`);
    const shown = columns.length > 12 ? [...columns.slice(0, 12), `${columns.length - 12} more`] : columns;
    return `| ${cell(table.name)} | ${count} | ${shown.map(cell).join(', ')} |`;
  });
  return ['## What it reads', ['| table | rows | columns |', '| --- | --- | --- |', ...rows].join('\n')];
}

/** A statement as a block of code that it cannot end, whatever stands in it. */
function fenced(sql: string): string {
  const longest = Math.max(2, ...[...sql.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sql\n${sql}\n${fence}`;
}

/** A name in a table of Markdown, plain. */
function cell(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/gu, '\\$&').replace(/\s+/gu, ' ');
}
