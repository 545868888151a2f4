import type { Report } from './report.ts';
import type { Table } from './tables.ts';

/** A report as Markdown (GitHub's tables); plots are left out, their numbers are in tables. */
export function markdownOf({ title, text, sections }: Report): string {
  const parts = [
    `# ${plain(title)}`,
    text.map((line) => `- ${plain(line)}`).join('\n'),
    ...sections
      .filter(({ plot }) => plot === undefined)
      .flatMap((section) => [
        `## ${plain(section.title)}`,
        section.text.map((line) => (section.text.length > 1 ? `- ${plain(line)}` : plain(line))).join('\n'),
        section.table === undefined ? '' : markdownTable(section.table),
      ]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** A table in GitHub's Markdown. */
function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
  return [line(columns), `|${' --- |'.repeat(columns.length)}`, ...rows.map(line)].join('\n');
}

/** Text that stays what it is: a topic's title must not become markup, a cell must not end its row. */
function plain(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_|[\]]/g, (character) => `\\${character}`)
    .replace(/[<&](?=[\w/!?#])/g, (character) => (character === '<' ? '&lt;' : '&amp;'));
}
