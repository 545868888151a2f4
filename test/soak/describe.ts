import type { Ends, SoakReport } from './soak.ts';

/** The report for people. */
export function describeReport(report: SoakReport): string {
  const { requests, seconds, faults, memory } = report;
  const inflicted = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(faults).map(([fault, count]) => `${fault} ${count}`);
  return [
    `${seconds} s, ${requests} requests, ${inflicted} of them with a fault (${kinds.join(', ')})`,
    `Most requests within a second: ${report.mostPerSecond}; allowed are ${report.limit}.`,
    `${report.runs} measurements of strategies, ${report.edits} edits, ${report.again} times anew.`,
    `Lines at the end: ${ends(report.ends)}; when the network is well again: ${ends(report.afterwards)}.`,
    ...Object.entries(report.reasons).map(([reason, lines]) => `  ${lines} lines: ${reason}`),
    `Numbers were shown ${report.looks} times while more came, 95 % within ${report.lookP95Ms} ms, all within ${report.lookMostMs} ms.`,
    ...memory.map(
      ({ early, late, most }, at) =>
        `Window ${at + 1} held ${early} MiB early, ${late} MiB late, ${most} MiB at most.`,
    ),
    report.problems.length === 0 ? 'All went as it must.' : report.problems.join('\n'),
  ].join('\n');
}

function ends({ right, failed, wrong }: Ends): string {
  return `${right} right, ${failed} without a number and with a reason, ${wrong} wrong`;
}
