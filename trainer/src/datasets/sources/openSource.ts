import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import type { Databases } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import { sha256OfFile } from '../../sha256OfFile.ts';
import { looksLikeRow, readRow } from '../readRows.ts';
import type { SourceItem, SplitName } from '../topic.ts';
import { readBeir } from './beir.ts';
import { isObject, readJsonLines } from './jsonLines.ts';
import { readPicoRow } from './pico.ts';
import { readQa } from './qa.ts';
import { readReview } from './reviews.ts';
import { readRowFile } from './rows.ts';
import type { RowReader } from './rows.ts';
import { readSqlQuestions } from './sql.ts';
import { looksLikeTrec, readTrec } from './trec.ts';
import { readWorkspace, strategyFiles, workspaceFiles } from './workspace.ts';

/** What a source can be; `library` is a citation library from which topics are made, `rows` a file of a dataset. */
const sourceKinds = ['reviews', 'pico', 'workspace', 'sql', 'beir', 'trec', 'qa', 'library', 'rows'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Where topics come from. */
export interface Source {
  readonly kind: SourceKind;
  readonly path: string;
  /** For rows and reports: the file's or folder's name without its ending. */
  readonly name: string;
  /** The part that all its topics belong to, when that was said. */
  readonly split?: SplitName;
}

/** A file that was read, for the data card. */
export interface SourceFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

const byRow: Readonly<Partial<Record<SourceKind, RowReader>>> = {
  reviews: readReview,
  pico: readPicoRow,
  qa: readQa,
};

/**
 * The source that `text` names: a path, or `kind=path` where its contents do not tell what it is.
 * @throws CliError (exit code 2) when it is not there, or nothing that is known
 */
export async function findSource(text: string, split?: SplitName): Promise<Source> {
  const [, named, rest] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
  const isKind = (sourceKinds as readonly (string | undefined)[]).includes(named);
  const path = isKind && rest !== undefined ? rest : text;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw badInput(`There is no file or folder ${path}.`);
  const kind = isKind ? (named as SourceKind) : await kindOfPath(path, found.isDirectory());
  return { kind, path, name: nameOf(path), ...(split === undefined ? {} : { split }) };
}

function nameOf(path: string): string {
  const name = basename(resolve(path)).replace(/\.gz$/, '');
  return name.replace(/\.(?:jsonl|ndjson|json|sqlite3?|db|tsv|xml)$/, '') || name;
}

async function kindOfPath(path: string, isFolder: boolean): Promise<SourceKind> {
  if (isFolder) {
    const names = await readdir(path);
    if (names.includes('qrels') && names.some((name) => name.startsWith('queries.jsonl'))) return 'beir';
    if (looksLikeTrec(names)) return 'trec';
    if ((await strategyFiles(path)).length > 0) return 'workspace';
    throw badInput(
      `${path} is no source of topics: it holds neither strategies (*.pubmed, *.ctgov) nor queries with qrels. ${kindsHint}`,
    );
  }
  if (/\.(?:sqlite3?|db)$/i.test(path)) return 'library';
  let fault = '';
  for await (const line of readJsonLines(path)) {
    if ('fault' in line) {
      fault ||= `: ${line.fault}`;
      continue;
    }
    const kind = kindOfRow(line.row);
    if (kind !== undefined) return kind;
    throw badInput(`${line.place}: nothing tells what this is. ${kindsHint}`);
  }
  throw badInput(
    fault === ''
      ? `${path} holds no JSON object. Each line holds one; see docs/datasets.md.`
      : `${path} holds no JSON object${fault}`,
  );
}

const kindsHint = `Name its kind before it, as in reviews=topics.jsonl: ${sourceKinds.join(', ')}. docs/datasets.md shows them.`;

function kindOfRow(row: Readonly<Record<string, unknown>>): SourceKind | undefined {
  const has = (key: string): boolean => row[key] !== undefined;
  if (looksLikeRow(row)) return 'rows';
  if (has('relevant_pmids')) return 'reviews';
  if (has('gold_sql')) return 'sql';
  if (has('publication_pmids') || has('trial_nctids') || (isObject(row['pico']) && has('relevant')))
    return 'pico';
  if (has('question') && (has('answers') || has('answer'))) return 'qa';
  return has('pmid') && has('title') ? 'library' : undefined;
}

/**
 * The rows of a source, one by one; not of a `library`, which has none.
 * @param databases for the schemas of SQL questions; without them questions have none
 * @throws CliError
 */
export function readSource(
  { kind, path, name }: Source,
  databases: Databases | undefined,
  signal?: AbortSignal,
): AsyncIterable<SourceItem> {
  const reader = byRow[kind];
  if (reader !== undefined) return readRowFile(path, name, reader);
  switch (kind) {
    case 'workspace':
      return readWorkspace(path, name);
    case 'beir':
      return readBeir(path, name);
    case 'trec':
      return readTrec(path, name);
    case 'sql':
      return readSqlQuestions(path, name, databases, signal);
    case 'rows':
      return readRowsAsTopics(path);
    default:
      throw badInput(
        `${path} is a citation library. Topics are made from one with: querent-trainer dataset build`,
      );
  }
}

async function* readRowsAsTopics(path: string): AsyncGenerator<SourceItem> {
  for await (const line of readJsonLines(path))
    if ('fault' in line) yield { kind: 'excluded', reason: 'bad-row', message: line.fault };
    else yield { kind: 'topic', topic: readRow(line.row, line.place).topic, place: line.place };
}

/** The files that a source consists of, with their SHA-256. */
export async function sourceFiles({ kind, path }: Source): Promise<readonly SourceFile[]> {
  const found = await stat(path);
  const paths = !found.isDirectory()
    ? [path]
    : kind === 'workspace'
      ? await workspaceFiles(path)
      : (await readdir(path, { recursive: true, withFileTypes: true }))
          .filter(
            (entry) => entry.isFile() && /qrels|queries|topics/i.test(join(entry.parentPath, entry.name)),
          )
          .map((entry) => join(entry.parentPath, entry.name))
          .sort();
  const files: SourceFile[] = [];
  for (const each of paths)
    files.push({
      name: relative(path, each) || basename(path),
      bytes: (await stat(each)).size,
      sha256: await sha256OfFile(each),
    });
  return files;
}
