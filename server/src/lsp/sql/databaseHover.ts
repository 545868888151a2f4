import { code, formatAge, plain } from '@querent/core/features';
import type { SqlDatabaseState } from './sqlDatabases.ts';

/** How it stands with a document's database, in Markdown: its file, what is in it, and how old what is known of it is. */
export function describeDatabase(state: SqlDatabaseState, now: number): string {
  switch (state.kind) {
    case 'none':
      return plain(state.message);
    case 'opening':
      return `${code(state.path)} is being opened.`;
    case 'error':
      return `${code(state.path)} cannot be used: ${plain(state.message)}`;
    case 'ready': {
      const { label, path, schema, source, changed, read, warning } = state;
      const views = schema.tables.filter(({ kind }) => kind === 'view').length;
      const what = source === 'ddl' ? 'file of `CREATE` statements, without rows' : 'SQLite database';
      const held = [counted(schema.tables.length - views, 'table'), ...(views > 0 ? [counted(views, 'view')] : [])];
      return [
        `**${plain(label)}** — ${what}, ${held.join(', ')}`,
        `Read ${formatAge(now - read)}, last changed ${formatAge(now - changed)}.`,
        ...(warning === undefined ? [] : [plain(warning)]),
        code(path),
      ].join('\n\n');
    }
  }
} // prettier-ignore

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}
