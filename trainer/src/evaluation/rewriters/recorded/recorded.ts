import { basename } from 'node:path';
import type { World } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import { sha256OfFile } from '../../../sha256OfFile.ts';
import type { EvaluationItem } from '../../items/item.ts';
import { someOf } from '../../someOf.ts';
import { failed } from '../rewriter.ts';
import type { EvaluatedRewriter } from '../rewriter.ts';
import { readDocument, readRows } from './jsonRecordings.ts';
import { recordedRanking } from './rankingEngine.ts';
import { readText } from './readText.ts';
import type { RecordedAttempt, Recording } from './records.ts';
import { isRunLine, readTrecRun } from './trecRun.ts';

/**
 * Outputs that were recorded, here or by others (see the readers beside this). A topic without one counts as a failure, and so do the
 * samples that it has less than others; ids that no topic has are told.
 * @param isRanked whether the task ranks, so that TREC runs have a meaning
 * @throws CliError for a file that cannot be read, or whose form is none of those
 */
export async function recordedRewriter(
  name: string,
  file: string,
  items: readonly EvaluationItem[],
  world: World,
  isRanked: boolean,
): Promise<EvaluatedRewriter> {
  const recording = await readRecording(file);
  const { attempts, isByPosition, format } = recording;
  const byKey = (key: string, position: number): readonly RecordedAttempt[] =>
    attempts.get(isByPosition ? String(position) : key) ?? [];
  const isRun = [...attempts.values()].some(([first]) => first?.kind === 'ranking');
  if (isRun && !isRanked)
    throw badInput(`${file} is a TREC run, which has rankings and no queries: it goes with tasks that rank.`);
  const known = new Set(
    items.map(({ question }) => (isByPosition ? String(question.position) : question.id)),
  );
  const unknown = [...attempts.keys()].filter((id) => !known.has(id));
  const missing = items.filter(({ question }) => byKey(question.id, question.position).length === 0);
  if (missing.length === items.length)
    throw badInput(
      `${file} (${format}) has nothing on any of the ${items.length} topics. Its ids look like ${JSON.stringify([...attempts.keys()][0] ?? '')}, those of the topics like ${JSON.stringify(items[0]?.question.id ?? '')}.`,
    );
  return {
    name,
    samples: [...attempts.values()].reduce((most, { length }) => Math.max(most, length), 1),
    identity: { rewriter: 'recorded', file: basename(file), format, sha256: await sha256OfFile(file) },
    notes: () => [
      ...(unknown.length === 0
        ? []
        : [
            `${basename(file)}: ${unknown.length === 1 ? '1 id is' : `${unknown.length} ids are`} of no topic here and left out (${someOf(unknown)}).`,
          ]),
      ...(missing.length === 0
        ? []
        : [
            `${basename(file)}: ${missing.length} of ${items.length} topics ${missing.length === 1 ? 'is missing in it and counts as a failure' : 'are missing in it and count as failures'} (${someOf(missing.map(({ question }) => question.id))}).`,
          ]),
    ],
    async attempt({ id, text, position }, sample) {
      const recorded = byKey(id, position);
      const attempt = recorded[sample];
      if (attempt === undefined)
        return failed(
          'missing',
          recorded.length === 0
            ? 'The file has nothing on this topic.'
            : `${basename(file)} has fewer samples of this topic than of others.`,
        );
      if (attempt.kind === 'completion') return { ...attempt, isCut: false };
      if (attempt.kind === 'query')
        return attempt.query.trim() === '' ? failed('no-query', 'The recorded query is empty.') : attempt;
      const ranking = recordedRanking(basename(file), attempt.ids);
      // Of such a ranking nobody reads the query; the question stands where one must be.
      return { kind: 'query', query: text ?? id, world: { ...world, ranking, dense: ranking } };
    },
  };
}

async function readRecording(file: string): Promise<Recording> {
  const text = await readText(file);
  const firstLine = text.split('\n').find((line) => line.trim() !== '');
  if (firstLine === undefined) throw badInput(`${file} is empty.`);
  if (isRunLine(firstLine)) return readTrecRun(text, file);
  if (!/^\s*[{[]/.test(firstLine))
    throw badInput(
      `${file} is none of the forms that are read: JSONL with {id, query} or {id, completion}, a result of an evaluation, DeepRetrieval's eval_results_*.json, AutoBool's generated_responses.jsonl, a TREC run.`,
    );
  return (
    (isOneDocument(text) ? readDocument(JSON.parse(text) as unknown, file) : undefined) ??
    (await readRows(file))
  );
}

function isOneDocument(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
