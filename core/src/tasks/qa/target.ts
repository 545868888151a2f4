import { hasAnswer } from '../../metrics/index.ts';
import { listOf, nameOf, nothingRelevant, objectOf, textIn } from '../rows.ts';
import { RowError } from '../task.ts';

/** What answers a question. */
export interface AnswerTarget {
  /** Spans of text, each with a word in it; at least one. */
  readonly answers: readonly string[];
  /** The question, where the row tells it: an answer that stands in it is no knowledge of the model. */
  readonly question?: string;
}

/**
 * Reads `{"answers": [...], "question"?}`, or the list alone.
 * @throws RowError, with code `no-relevant` when there is no answer with a word in it
 */
export function readAnswers(value: unknown): AnswerTarget {
  if (Array.isArray(value)) return { answers: answersOf(value, 'target') };
  const row = objectOf(value, 'target');
  const question = textIn(row, 'question');
  return {
    answers: answersOf(row['answers'], 'answers'),
    ...(question === undefined ? {} : { question }),
  };
}

function answersOf(value: unknown, place: string): readonly string[] {
  const texts = listOf(value, place).map((answer, i) => {
    if (typeof answer === 'number') return String(answer);
    if (typeof answer !== 'string') throw new RowError(`${place}[${i}] must be text, not ${nameOf(answer)}.`);
    return answer.trim();
  });
  // A span without a word or a sign is in no text.
  const answers = [...new Set(texts)].filter((answer) => hasAnswer(answer, [answer]));
  if (answers.length === 0) throw nothingRelevant(place);
  return answers;
}
