import { RowError } from '@querent/core/tasks';
import { kindOf } from './jsonLines.ts';
import { optionalText, rowId } from './fields.ts';
import type { RowReader } from './rows.ts';

/** Questions with the answers that a passage has to hold: `{id?, question, answers}`. Without ids the line numbers are taken. */
export const readQa: RowReader = (row, line) => {
  const question = optionalText(row, 'question');
  if (question === undefined) throw new RowError(`“question” is ${kindOf(row['question'])}. Write a text.`);
  const key = row['answers'] === undefined ? 'answer' : 'answers';
  const given = row[key];
  const answers: unknown = typeof given === 'string' ? [given] : given;
  if (!Array.isArray(answers) || !answers.every((each): each is string => typeof each === 'string'))
    throw new RowError(`“${key}” is ${kindOf(given)}. Write a list of texts.`);
  const known = [...new Set(answers.map((each) => each.trim()).filter((each) => each !== ''))];
  if (known.length === 0) throw new RowError(`“${key}” is empty: no answer is known.`, 'no-relevant');
  return {
    id: row['id'] === undefined ? `line-${line}` : rowId(row),
    task: 'qa',
    input: { question },
    target: { answers: known, question },
  };
};
