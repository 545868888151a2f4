/** Values of a table as they are shown and copied. */
import type { WireCell } from '@querent/server/sqlProtocol';

/** `number` stands on the right; `null` and `blob` are told apart from text that reads the same. */
export type CellKind = 'number' | 'text' | 'null' | 'blob';

/** Units of a text that are drawn in a cell; all of it is copied, and shown when the cell is opened. */
const shownLength = 300;

export function cellKind(cell: WireCell): CellKind {
  if (cell === null) return 'null';
  if (typeof cell === 'string') return 'text';
  if (typeof cell === 'number' || cell.kind === 'integer') return 'number';
  return cell.kind;
}

/** What a cell shows: line ends and other control characters as signs, so that every row stays one line. */
export function cellText(cell: WireCell): string {
  const text = valueText(cell);
  const start = text.slice(0, shownLength);
  const drawn = start
    .replace(/\r\n?|\n/g, '⏎')
    .replace(/[\u0000-\u001f\u007f]/g, (sign) =>
      sign === '\t' ? '⇥' : String.fromCharCode(sign === '\u007f' ? 0x2421 : 0x2400 + sign.charCodeAt(0)),
    );
  return text.length > shownLength ? `${drawn}…` : drawn;
}

/** The whole of a value, as far as it is here: of bytes and of long texts the first ones, and how many there are. */
export function valueText(cell: WireCell): string {
  if (cell === null) return 'NULL';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return String(cell);
  if (cell.kind === 'integer') return cell.text;
  if (cell.kind === 'text')
    return `${cell.start}… (${cell.characters.toLocaleString()} characters; an export has them all)`;
  const isWhole = cell.start.length / 2 >= cell.bytes;
  const count = `${cell.bytes.toLocaleString()} ${cell.bytes === 1 ? 'byte' : 'bytes'}`;
  return isWhole ? `x'${cell.start}'` : `x'${cell.start}…' (${count})`;
}

/** What is copied of a rectangle of cells: fields with tabs between, quoted where they must be, NULL as nothing, as a table is pasted. */
export function copiedText(
  rows: readonly (readonly WireCell[])[],
  header: readonly string[] | undefined,
): string {
  const [only, ...others] = rows;
  // One value by itself is copied as it is.
  if (header === undefined && only?.length === 1 && others.length === 0) return plainValue(only[0] ?? null);
  const lines = rows.map((row) => row.map((cell) => field(plainValue(cell))));
  return [...(header ? [header.map(field)] : []), ...lines].map((line) => line.join('\t')).join('\n');
}

const plainValue = (cell: WireCell): string => (cell === null ? '' : valueText(cell));

const field = (text: string): string => (/[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
