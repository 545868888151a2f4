import { isRaw, promptOf, promptPart, rawPrompt } from '../../prompting/index.ts';
import type { Prompt, Template } from '../../prompting/index.ts';
import { objectOf, textIn } from '../rows.ts';
import { RowError } from '../task.ts';

/** What a row asks a searcher who ranks. */
export interface Question {
  /** A question, a claim, or the title of a topic. */
  readonly question: string;
}

/** Reads `{question}`; `title` and `claim` say the same. @throws RowError */
export function readQuestion(value: unknown): Question {
  const row = objectOf(value, 'input');
  const question = textIn(row, 'question') ?? textIn(row, 'claim') ?? textIn(row, 'title');
  if (question === undefined) throw new RowError('question is missing. Write it as text.');
  return { question };
}

const longestQuestion = 1000;

/** The prompt of a question. */
export function questionPrompt({ question }: Question, template: Template): Prompt {
  if (isRaw(template)) return rawPrompt(template, { question }, longestQuestion);
  return promptOf([promptPart('Question', question, longestQuestion)], template);
}
