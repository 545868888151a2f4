import { SearchError } from '../../../search/index.ts';
import { packRows, questionsOf } from './packing.ts';
import type { Test } from './packing.ts';
import { errorQuestion, rowQuestion } from './question.ts';
import type { Row } from './question.ts';
import { Suspicion } from './suspicion.ts';
import type { BelievedRow, Step } from './suspicion.ts';

/** Enough to find one wrong row among a hundred for each seed. */
const FEW_ROUNDS = 8;

/** Asks PubMed which of `ids` a term finds. */
type Ask = (term: string, ids: readonly string[]) => Promise<ReadonlySet<string>>;

/**
 * Makes `found` of every row the truth about `ids`. See `seedMatrix` for what it costs.
 * @returns what PubMed rejects single rows with; their `found` means nothing
 */
export async function settleRows(
  rows: readonly BelievedRow[],
  ids: readonly string[],
  ask: Ask,
): Promise<ReadonlyMap<BelievedRow, SearchError>> {
  const rejected = new Map<BelievedRow, SearchError>();
  const { packs, tooLong } = rows.length === 1 ? { packs: [], tooLong: rows } : packRows(rows, ids);
  await Promise.all(tooLong.map((row) => askAlone(row, ids, ask, rejected)));
  const verified = (await Promise.all(packs.map((pack) => verify(pack, ids, ask, rejected)))).flat();
  const suspicions = ids.flatMap((id) => {
    const groups = verified.filter(({ wrong }) => wrong.has(id)).map(({ rows: own }) => own);
    return groups.length === 0 ? [] : [new Suspicion(id, groups)];
  });
  const hopeless: Suspicion[] = [];
  let questions = 0;
  for (let [open, round] = [suspicions, 0]; open.length > 0; round++) {
    const steps = new Map<Suspicion, Step>();
    // Where many seeds go separate ways and it is not over soon, row after row is the shorter way for all of them.
    const isTooMuch = round >= FEW_ROUNDS && questions > 1;
    for (const suspicion of open) {
      const step = suspicion.next();
      if (step === undefined) continue;
      if (isTooMuch || suspicion.isHopeless) hopeless.push(suspicion);
      else steps.set(suspicion, step);
    }
    const terms = questionsOf(testsOf(steps));
    questions = terms.length;
    const answers = await Promise.all(terms.map(({ term, ids: among }) => ask(term, among)));
    const wrong = new Set(answers.flatMap((answer) => [...answer]));
    for (const [suspicion, step] of steps) suspicion.answer(step, wrong.has(suspicion.id));
    open = [...steps.keys()];
  }
  await askOneByOne(hopeless, ask, rejected);
  return rejected;
}

/** Rows that were asked about together, and the seeds about which one of them is wrong. */
interface Verified {
  readonly rows: readonly BelievedRow[];
  readonly wrong: ReadonlySet<string>;
}

/** Asks whether rows are right; where PubMed rejects the question, halves are asked, until the rows are known that spoil it. */
async function verify(
  rows: readonly BelievedRow[],
  ids: readonly string[],
  ask: Ask,
  rejected: Map<BelievedRow, SearchError>,
): Promise<readonly Verified[]> {
  try {
    return [{ rows, wrong: await ask(errorQuestion(rows, ids), ids) }];
  } catch (error) {
    if (!(error instanceof SearchError) || error.code !== 'rejected') throw error;
    const [only] = rows;
    if (only !== undefined && rows.length === 1) {
      rejected.set(only, error);
      return [];
    }
    const middle = Math.ceil(rows.length / 2);
    const first = await verify(rows.slice(0, middle), ids, ask, rejected);
    return [...first, ...(await verify(rows.slice(middle), ids, ask, rejected))];
  }
}

/** Seeds that are asked the same stand in one test, and share its text. */
function testsOf(steps: ReadonlyMap<Suspicion, Step>): readonly Test[] {
  const shared = new Map<string, { readonly step: Step; readonly ids: string[] }>();
  for (const [{ id }, step] of steps) {
    const key = `${step.rows.map(({ at }) => at).join(' ')}/${step.flipped?.at ?? ''}`;
    const test = shared.get(key);
    if (test === undefined) shared.set(key, { step, ids: [id] });
    else test.ids.push(id);
  }
  return [...shared.values()].map(({ step: { rows, flipped }, ids }) => ({
    rows: rows.map((row) => (row === flipped ? opposite(row, ids) : row)),
    ids,
  }));
}

/** The row, believed to be wrong about each of `ids`. */
function opposite({ text, found }: Row, ids: readonly string[]): Row {
  return { text, found: new Set(ids.filter((id) => !found.has(id))) };
}

async function askOneByOne(
  suspicions: readonly Suspicion[],
  ask: Ask,
  rejected: Map<BelievedRow, SearchError>,
): Promise<void> {
  const wanted = new Map<BelievedRow, string[]>();
  for (const suspicion of suspicions)
    for (const row of suspicion.unsettled) wanted.set(row, [...(wanted.get(row) ?? []), suspicion.id]);
  await Promise.all([...wanted].map(([row, ids]) => askAlone(row, ids, ask, rejected)));
}

async function askAlone(
  row: BelievedRow,
  ids: readonly string[],
  ask: Ask,
  rejected: Map<BelievedRow, SearchError>,
): Promise<void> {
  try {
    const found = await ask(rowQuestion(row.text, ids), ids);
    for (const id of ids)
      if (found.has(id)) row.found.add(id);
      else row.found.delete(id);
  } catch (error) {
    if (!(error instanceof SearchError) || error.code !== 'rejected') throw error;
    rejected.set(row, error);
  }
}
