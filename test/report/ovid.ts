import { convertOvid } from '@querent/core/ovid';
import type { NoteKind } from '@querent/core/ovid';
import { parseStrategy } from '@querent/core/strategy';
import { realStrategies, realThesaurus } from './realData.ts';
import type { Report } from './report.ts';

/**
 * What becomes of the real Ovid strategies when they are converted: how many constructs are exact, approximate (by reason) and refused,
 * and whether any result does not parse.
 * @throws ReportError where the data is missing
 */
export function report(): Report {
  const rows = realStrategies().filter(({ platform }) => platform === 'ovid-medline');
  const thesaurus = realThesaurus();
  const counts: Record<NoteKind, number> = { exact: 0, approximate: 0, refused: 0 };
  const reasons = new Map<string, { kind: NoteKind; constructs: number; strategies: Set<string> }>();
  const faults: string[] = [];
  let searches = 0;
  let unconverted = 0;
  let clean = 0;
  for (const { id, query } of rows) {
    const { text, notes, lines } = convertOvid(query, { thesaurus });
    searches += lines.length;
    unconverted += lines.filter(({ resultRange }) => resultRange === undefined).length;
    for (const { kind, reason } of notes) {
      counts[kind]++;
      if (kind === 'exact') continue;
      const key = `${kind} ${reason}`;
      const entry = reasons.get(key) ?? { kind, constructs: 0, strategies: new Set<string>() };
      entry.constructs++;
      entry.strategies.add(id);
      reasons.set(key, entry);
    }
    const document = parseStrategy(text);
    const errors = [...document.problems, ...document.lines.flatMap((line) => line.query.problems)].filter(
      ({ severity }) => severity === 'error',
    );
    if (errors.length === 0) clean++;
    for (const { rule, message } of errors)
      faults.push(`${id}: the conversion does not parse: ${rule}: ${message}`);
  }
  const list = [...reasons]
    .map(([key, { kind, constructs, strategies }]) => ({
      kind,
      reason: key.slice(kind.length + 1),
      constructs,
      strategies: strategies.size,
    }))
    .sort((a, b) => b.constructs - a.constructs || a.reason.localeCompare(b.reason));
  const all = counts.exact + counts.approximate + counts.refused;
  const share = (count: number): string => `${((100 * count) / Math.max(1, all)).toFixed(1)} %`;
  return {
    json: { strategies: rows.length, parse: clean, searches, unconverted, counts, reasons: list },
    lines: [
      `Ovid strategies converted: ${rows.length}, of which ${clean} parse without an error; ${searches} searches, ${unconverted} of them without a result.`,
      thesaurus === undefined
        ? 'MeSH is not here: headings were not looked up.'
        : `Headings looked up in MeSH ${thesaurus.version ?? ''}.`,
      `Constructs: ${counts.exact} exact (${share(counts.exact)}), ${counts.approximate} approximate (${share(counts.approximate)}), ${counts.refused} refused (${share(counts.refused)}).`,
      '',
      'kind         reason                 constructs  strategies',
      ...list.map(
        ({ kind, reason, constructs, strategies }) =>
          `${kind.padEnd(12)} ${reason.padEnd(24)} ${String(constructs).padStart(8)}  ${String(strategies).padStart(10)}`,
      ),
    ],
    faults,
  };
}
