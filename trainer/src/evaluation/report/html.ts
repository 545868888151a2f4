import { escaped, htmlPage } from '../../htmlPage.ts';
import type { Report, Section } from './report.ts';
import type { Table } from './tables.ts';

const style = `
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fff; --line: #d0d0d7; --faint: #5d5d66;
  --s0: #1f6fb2; --s1: #c05a00; --s2: #2a7d3f; --s3: #8a3ea8; --s4: #b3264b; --s5: #5f6a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6ea; --paper: #1b1b1f; --line: #45454d; --faint: #a6a6b0;
  --s0: #79b8f2; --s1: #f5a04e; --s2: #74cf8b; --s3: #cf9be8; --s4: #f58aa8; --s5: #cdd65c; } }
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td.text { text-align: left; } td.text { white-space: normal; min-width: 24rem; overflow-wrap: anywhere; }
/* Names may be long paths: they are wrapped, and stay in view while the figures are scrolled. */
h1, .about, figcaption { overflow-wrap: anywhere; }
thead th { white-space: normal; overflow-wrap: anywhere; min-width: 5rem; max-width: 18rem; vertical-align: bottom; }
tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 12rem; max-width: 18rem; position: sticky; left: 0; background: var(--paper); }
figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
.grid { stroke: var(--line); } .interval { stroke: var(--faint); stroke-width: 2; }
${[0, 1, 2, 3, 4, 5].map((i) => `.series${i} { fill: var(--s${i}); fill-opacity: .8; }`).join('\n')}
${[0, 1, 2, 3, 4, 5].map((i) => `.curve${i} { fill: none; stroke: var(--s${i}); stroke-width: 1.5; }`).join('\n')}
summary { cursor: pointer; } .about { color: var(--faint); }`;

/** Longer cells are sentences, and are wrapped. */
const longestNumber = 50;

/** A report as one HTML page: no scripts, nothing from a network, plots as SVG with a table of the same numbers beside each. */
export function htmlOf({ title, text, sections }: Report): string {
  const about = text.map((line) => `<li>${escaped(line)}</li>`).join('');
  return htmlPage(title, style, `<ul class="about">${about}</ul>\n${sections.map(sectionOf).join('\n')}`);
}

function sectionOf({ title, text, table, plot }: Section): string {
  const words =
    text.length > 1
      ? `<ul>${text.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`
      : text.map((line) => `<p>${escaped(line)}</p>`).join('');
  const numbers = table === undefined ? '' : tableOf(title, table);
  const body =
    plot === undefined
      ? numbers
      : `<figure>${plot.svg}</figure><details><summary>The same as a table</summary>${numbers}</details>`;
  return `<section><h2>${escaped(title)}</h2>${words}${body}</section>`;
}

function tableOf(caption: string, { columns, rows }: Table): string {
  const head = columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join('');
  const body = rows.map(
    ([first = '', ...cells]) =>
      `<tr><th scope="row">${escaped(first)}</th>${cells.map((cell) => `<td${cell.length > longestNumber ? ' class="text"' : ''}>${escaped(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="wide" tabindex="0" role="region" aria-label="${escaped(caption)}"><table><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}
