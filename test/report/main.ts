// npm run report -- NAME [--json]: prints a report on real data. Exits 1 when something in it needs a person, 2 on bad usage or
// where the data is missing.
import { ReportError } from './report.ts';
import type { Report } from './report.ts';

/** One file a report, loaded when asked for. */
const reports: Readonly<Record<string, () => Promise<{ report: () => Report | Promise<Report> }>>> = {
  strategies: () => import('./strategies.ts'),
  ovid: () => import('./ovid.ts'),
  'sql-completion': () => import('./sqlCompletion.ts'),
};

const [name, ...rest] = process.argv.slice(2);
const unknown = rest.filter((argument) => argument !== '--json');
const load = name !== undefined && Object.hasOwn(reports, name) ? reports[name] : undefined;
if (load === undefined || unknown.length > 0) {
  console.error(`Usage: npm run report -- NAME [--json]\nReports: ${Object.keys(reports).join(', ')}`);
  process.exitCode = 2;
} else {
  try {
    const { json, lines, faults } = await (await load()).report();
    console.log(rest.includes('--json') ? JSON.stringify(json) : lines.join('\n'));
    for (const fault of faults) console.error(fault);
    if (faults.length > 0) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
