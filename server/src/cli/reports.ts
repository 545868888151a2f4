import { sep } from 'node:path';
import { findRule } from '@querent/core/lint';
import { LineIndex } from '@querent/core/text';
import type { Problem, Severity } from '@querent/core/text';
import { rulePageText } from '../rulePages.ts';
import { version } from './version.ts';

/** A file with what was found in it. */
export interface CheckedFile {
  readonly file: string;
  readonly text: string;
  readonly problems: readonly Problem[];
}

const SARIF_LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** A path as the reference of an address: relative paths stay relative, `#` and `?` are no parts of an address. */
function fileUri(file: string): string {
  // Windows separates folders with `\\`, which names may hold elsewhere.
  const path = sep === '/' ? file : file.replaceAll(sep, '/');
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  if (/^[A-Za-z]%3A\//.test(encoded)) return `file:///${encoded.replace('%3A', ':')}`;
  return encoded.startsWith('/') ? `file://${encoded}` : encoded;
}

/** What SARIF tells about a rule. The page goes along whole: it has no address of its own. */
function sarifRule(id: string): unknown {
  const rule = findRule(id);
  if (rule === undefined) return { id };
  const page = rulePageText(id);
  return {
    id,
    shortDescription: { text: rule.reason },
    fullDescription: { text: rule.press === undefined ? rule.reason : `${rule.reason} (${rule.press})` },
    ...(rule.level === 'off' ? {} : { defaultConfiguration: { level: SARIF_LEVELS[rule.level] } }),
    ...(page === undefined ? {} : { help: { text: rule.reason, markdown: page } }),
    properties: { tags: [rule.category, ...(rule.press === undefined ? [] : [rule.press])] },
  };
}

/**
 * A log in the format SARIF 2.1.0 (OASIS), which code scanning services read. Each rule that was found comes with its reason, its
 * default level and its page, so that the service can show them; there is no `helpUri`, which would be a path of this machine.
 */
export function toSarif(checked: readonly CheckedFile[]): unknown {
  const rules = [
    ...new Set(checked.flatMap(({ problems }) => problems.map((problem) => problem.rule))),
  ].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Querent', version: version(), rules: rules.map(sarifRule) } },
        columnKind: 'utf16CodeUnits',
        results: checked.flatMap(({ file, text, problems }) => {
          const index = new LineIndex(text);
          return problems.map((problem) => {
            const start = index.positionAt(problem.range.start);
            const end = index.positionAt(problem.range.end);
            return {
              ruleId: problem.rule,
              ruleIndex: rules.indexOf(problem.rule),
              level: SARIF_LEVELS[problem.severity],
              message: { text: problem.message },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: fileUri(file) },
                    region: {
                      startLine: start.line + 1,
                      startColumn: start.character + 1,
                      endLine: end.line + 1,
                      endColumn: end.character + 1,
                    },
                  },
                },
              ],
            };
          });
        }),
      },
    ],
  };
}

const GITHUB_COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

/** Workflow commands that GitHub shows as annotations, one a problem. */
export function toGithub({ file, text, problems }: CheckedFile): string[] {
  const index = new LineIndex(text);
  return problems.map((problem) => {
    const start = index.positionAt(problem.range.start);
    const end = index.positionAt(problem.range.end);
    const place = [
      `file=${property(file)}`,
      `line=${start.line + 1}`,
      `endLine=${end.line + 1}`,
      `col=${start.character + 1}`,
      `endColumn=${end.character + 1}`,
      `title=${property(problem.rule)}`,
    ];
    return `::${GITHUB_COMMANDS[problem.severity]} ${place.join(',')}::${escaped(problem.message)}`;
  });
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
