import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { toGithub, toSarif } from '../../server/src/cli/reports.ts';
import { querent } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-reports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file and a problem whose names are made to break out of whatever they are written into. */
const hostile = {
  file: 'a b/50%,x:y#?"é\u202e.pubmed',
  text: 'one\r\ntwo 😀 three\n',
  problems: [
    {
      rule: 'unknown-tag',
      severity: 'error' as const,
      message: '100% wrong,\r\n::error file=x::taken over: "[x]" <script>',
      range: { start: 9, end: 11 },
    },
    {
      rule: 'no,such:rule%',
      severity: 'hint' as const,
      message: 'end',
      range: { start: 18, end: 18 },
    },
  ],
};

describe('annotations for GitHub', () => {
  // The rules of actions/toolkit: % CR LF in data; : and , as well in properties.
  const decode = (text: string): string =>
    text
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%25', '%');

  it('are one line each, whatever stands in names and messages, and say it unchanged', () => {
    const lines = toGithub(hostile);
    expect(lines).toHaveLength(2);
    for (const [i, line] of lines.entries()) {
      expect(line).not.toMatch(/[\r\n]/);
      const match = /^::(error|warning|notice) ([^:]*)::(.*)$/.exec(line);
      const properties: Record<string, string> = Object.fromEntries(
        (match?.[2] ?? '').split(',').map((pair) => pair.split('=') as [string, string]),
      );
      expect(Object.keys(properties)).toEqual(['file', 'line', 'endLine', 'col', 'endColumn', 'title']);
      expect(decode(properties['file'] ?? '')).toBe(hostile.file);
      expect(decode(properties['title'] ?? '')).toBe(hostile.problems[i]?.rule);
      expect(decode(match?.[3] ?? '')).toBe(hostile.problems[i]?.message);
    }
    expect(lines[0]).toMatch(/^::error .*,line=2,endLine=2,col=5,endColumn=7,/);
    expect(lines[1]).toMatch(/^::notice /);
  });
});

interface Sarif {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: Record<string, unknown> & { rules: Record<string, unknown>[] } };
    readonly columnKind: string;
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>;
        };
      }[];
    }[];
  }[];
}

describe('SARIF', () => {
  it('has what the schema of version 2.1.0 requires', () => {
    const log = JSON.parse(JSON.stringify(toSarif([hostile]))) as Sarif;
    expect(log.version).toBe('2.1.0');
    expect(Object.keys(log).sort()).toEqual(['$schema', 'runs', 'version']);
    const [run] = log.runs;
    expect(run?.tool.driver['name']).toBe('Querent');
    expect(run?.columnKind).toBe('utf16CodeUnits');
    const rules = run?.tool.driver.rules ?? [];
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { ruleId, ruleIndex, level, message, locations } of run?.results ?? []) {
      expect(rules[ruleIndex]?.['id']).toBe(ruleId);
      expect(['none', 'note', 'warning', 'error']).toContain(level);
      expect(message.text).not.toBe('');
      const { artifactLocation, region } = locations[0]?.physicalLocation ?? {};
      // A reference to an address by RFC 3986: resolving it must give the name back.
      const resolved = new URL(artifactLocation?.uri ?? '', 'file:///here/');
      expect(decodeURIComponent(resolved.pathname)).toBe(`/here/${hostile.file}`);
      expect([resolved.search, resolved.hash]).toEqual(['', '']);
      expect(region?.startLine).toBeGreaterThanOrEqual(1);
      expect(region?.startColumn).toBeGreaterThanOrEqual(1);
      expect(region?.endColumn).toBeGreaterThanOrEqual(1);
    }
    expect(run?.results[0]?.locations[0]?.physicalLocation.region).toEqual({
      startLine: 2,
      startColumn: 5,
      endLine: 2,
      endColumn: 7,
    });
  });

  it('explains the rules that were found: reason, default level, page', () => {
    const log = toSarif([hostile]) as Sarif;
    const [unknown, tag] = log.runs[0]?.tool.driver.rules ?? [];
    expect(unknown).toEqual({ id: 'no,such:rule%' });
    expect(tag).toMatchObject({
      id: 'unknown-tag',
      shortDescription: { text: expect.stringMatching(/\w/) as string },
      fullDescription: { text: expect.stringMatching(/\w/) as string },
      defaultConfiguration: { level: 'error' },
    });
  });

  it.skipIf(process.platform === 'win32')('takes absolute paths', () => {
    const log = toSarif([{ ...hostile, file: '/a b/c.pubmed' }]) as Sarif;
    expect(log.runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(
      'file:///a%20b/c.pubmed',
    );
  });
});

describe('querent check', () => {
  it('prints one line a problem, also when a message quotes line breaks', async () => {
    const path = join(folder, 'breaks.pubmed');
    writeFileSync(path, 'a[x\n::error::taken over\n] OR b');
    const { stdout } = await querent(['check', path]);
    for (const line of stdout.trimEnd().split('\n'))
      expect(line).toMatch(/^(?:.*breaks\.pubmed:\d+:\d+ (?:error|warning|information|hint) |1 file: )/);
  });

  it.each([
    ['falls[tiab] or aged[mh]', [], 0],
    ['falls[tiab] or aged[mh]', ['--fail-on', 'information'], 1],
    ['falls[tiab] or aged[mh]', ['--fail-on', 'warning'], 0],
    ['falls[tiab] OR aged[mh]', ['--fail-on', 'information'], 0],
    ['falls[xyz]', ['--fail-on', 'warning'], 1],
  ])('%j fails from the level that was asked for: %j', async (input, args, code) => {
    expect((await querent(['check', '-', ...args], { input })).code).toBe(code);
  });
});
