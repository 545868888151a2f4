import type { SqlCell, SqlFailure, SqlPreview } from '@querent/core/sqlSchema';
import type { WireCell, WireSqlFailure, WireSqlRows } from '../../sqlProtocol.ts';

/** Characters of a text, and bytes of a blob, that are sent to be looked at. */
const longestText = 10_000;
const longestBlob = 32;

/** A value as it crosses the wire, never another one: what JSON does not hold is said so. */
function wireCell(cell: SqlCell): WireCell {
  if (typeof cell === 'bigint') return { kind: 'integer', text: String(cell) };
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : { kind: 'integer', text: String(cell) };
  if (typeof cell === 'string')
    return cell.length <= longestText
      ? cell
      : { kind: 'text', start: cell.slice(0, longestText), characters: cell.length };
  if (cell === null) return null;
  return {
    kind: 'blob',
    bytes: cell.length,
    start: Buffer.from(cell.subarray(0, longestBlob)).toString('hex').toUpperCase(),
  };
}

/** What a statement gave, for people: its rows, or why there are none. */
export function wirePreview(preview: SqlPreview): WireSqlRows | WireSqlFailure {
  if (preview.kind !== 'rows') return wireFailure(preview);
  const { columns, total, isCounted, ms, countMs, plan } = preview;
  return {
    kind: 'rows',
    columns,
    rows: preview.rows.map((row) => row.map(wireCell)),
    ...{ total, isCounted, ms, countMs },
    plan: plan.map(({ depth, text, isCostly }) => ({ depth, text, isCostly })),
  };
}

/** Why a statement gave no rows, in words. */
function wireFailure(failure: SqlFailure): WireSqlFailure {
  if (failure.kind === 'error') return { kind: 'failure', code: failure.code, message: failure.message };
  const seconds = Math.round(failure.ms / 100) / 10;
  return {
    kind: 'failure',
    code: 'timeout',
    message:
      `The statement was stopped after ${seconds} s; what it would have given is not known. Narrow it, or raise the ` +
      'setting querent.sql.timeoutSeconds.',
  };
}
