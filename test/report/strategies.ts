import { checkStrategies } from './findings.ts';
import type { Finding } from './findings.ts';
import { realStrategies, realThesaurus } from './realData.ts';
import type { Report } from './report.ts';
import { judge, readVerdicts } from './verdicts.ts';

/**
 * Every error-level finding on the PubMed strategies that people wrote, each with the verdict of a person who read it; and whether
 * any of the real strategies of any platform crashes the checker.
 * @throws ReportError where the data is missing
 */
export function report(): Report {
  const rows = realStrategies();
  const thesaurus = realThesaurus();
  const everything = checkStrategies(rows, thesaurus);
  const human = rows.filter(({ platform, authored }) => platform === 'pubmed' && authored === 'human');
  const { findings, rules } = checkStrategies(human, thesaurus);
  const { read, unread, gone } = judge(findings, readVerdicts());
  const wrong = read.filter(({ verdict }) => verdict === 'false');
  const withErrors = new Set(findings.map(({ strategy }) => strategy)).size;

  const byRule = [...new Set(findings.map(({ rule }) => rule))]
    .map((rule) => ({ rule, all: findings.filter((one) => one.rule === rule) }))
    .map(({ rule, all }) => ({
      rule,
      findings: all.length,
      strategies: new Set(all.map(({ strategy }) => strategy)).size,
      true: read.filter((one) => one.rule === rule && one.verdict === 'true').length,
      false: wrong.filter((one) => one.rule === rule).length,
    }))
    .sort((a, b) => b.findings - a.findings || a.rule.localeCompare(b.rule));
  const levels = [...rules]
    .map(([rule, count]) => ({ rule, ...count }))
    .sort((a, b) => b.strategies - a.strategies || a.rule.localeCompare(b.rule));

  return {
    json: {
      checked: rows.length,
      crashes: everything.crashes,
      human: human.length,
      withErrors,
      mesh: thesaurus !== undefined,
      errors: byRule,
      rules: levels,
      findings: [...read, ...unread],
      gone,
    },
    lines: [
      `${rows.length} real strategies checked, ${everything.crashes.length} crashed.`,
      `${human.length} of them are human-written for PubMed; ${withErrors} have an error, ${findings.length} errors in all:`,
      `${read.length - wrong.length} true, ${wrong.length} false, ${unread.length} unread.`,
      ...(thesaurus === undefined ? ['MeSH is missing: no heading was checked.'] : []),
      '',
      '| rule | errors | strategies | true | false |',
      '| --- | --- | --- | --- | --- |',
      ...byRule.map(
        (row) => `| ${row.rule} | ${row.findings} | ${row.strategies} | ${row.true} | ${row.false} |`,
      ),
      '',
      '| rule of any level | level | strategies | findings |',
      '| --- | --- | --- | --- |',
      ...levels.map((row) => `| ${row.rule} | ${row.severity} | ${row.strategies} | ${row.findings} |`),
      '',
      ...read.flatMap((one) => [...shown(one), `    ${one.verdict} error: ${one.reason}`]),
      ...unread.flatMap((one) => [...shown(one), '    UNREAD']),
    ],
    faults: [
      ...everything.crashes.map(({ strategy, message }) => `Checking ${strategy} crashed: ${message}`),
      ...wrong.map(({ strategy, rule, hash }) => `False error: ${rule} on ${strategy} (${hash}).`),
      ...unread.map(
        ({ strategy, rule, hash, excerpt }) =>
          `Unread: ${rule} on ${strategy} (${hash}): ${excerpt}. Read it and put a verdict into test/report/verdicts.json.`,
      ),
      // Without MeSH nothing is said of headings, and their verdicts are not looked for.
      ...(thesaurus === undefined ? [] : gone).map(
        ({ strategy, rule, hash }) =>
          `No longer found: ${rule} on ${strategy} (${hash}). If that is right, take the verdict out of test/report/verdicts.json.`,
      ),
    ],
  };
}

function shown({ strategy, rule, message, excerpt, hash }: Finding): string[] {
  return [`${strategy} ${rule} ${hash}`, `    ${message}`, `    ${excerpt}`];
}
