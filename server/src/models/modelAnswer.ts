import { parseAnswer } from '@querent/core/prompting';
import type { Answer, AnswerKey, Prompt } from '@querent/core/prompting';
import type { Generation } from './hostProtocol.ts';

/** A query of a model, or why its answer cannot be used and what to do: one or two sentences for people. */
export type ReadAnswer = Answer | { readonly problem: string };

/** A query of fewer words may stand in the question by chance. */
const fewestEchoWords = 4;
const mostRepeats = 5;

/**
 * Reads a model's answer to a prompt. Refused beside what cannot be read: nothing, web pages of a wrong address, the example of the instructions, and
 * text of the prompt given back (the query that is there, a title, something in an abstract that looks like an answer).
 */
export function readModelAnswer(
  { text, stopReason, tokens, totalMs }: Generation,
  prompt: Prompt,
  key: AnswerKey = 'query',
): ReadAnswer {
  if (/^\s*<(?:!doctype\s|html|head|body)\b/iu.test(text))
    return {
      problem:
        'The model server answered with a web page instead of a text. Check the address in querent.model.endpoint.',
    };
  if (text.trim() === '')
    return {
      problem: `The model wrote nothing${cause(stopReason, tokens, totalMs)}. Try again, or choose a model that is tuned on instructions.`,
    };
  const answer = parseAnswer(text, key, prompt.opened);
  if ('problem' in answer) {
    const cut = cause(stopReason, tokens, totalMs);
    return { problem: `${answer.problem}${cut === '' ? '' : ` The answer ended${cut}.`}` };
  }
  if (/^[.\s…]*$/u.test(answer.query))
    return {
      problem:
        'The model repeated the example of its instructions instead of writing a query. Try again, or choose a larger model.',
    };
  if (!/\p{L}{2}/u.test(answer.query))
    return { problem: 'The query in the answer holds no word. Try again, or choose a larger model.' };
  if (repeats(answer.query))
    return {
      problem:
        'The model says the same over and over in its query. Ask again for other samples, or choose a larger model.',
    };
  // A statement of SQL may well be a part of a view that the prompt shows; what nothing can be run of is found out otherwise.
  const echo = key === 'sql' ? undefined : echoOf(answer.query, prompt);
  if (echo !== undefined) return { problem: echo };
  return /\p{L}/u.test(answer.reasoning) ? answer : { ...answer, reasoning: '' };
}

function echoOf(query: string, { user }: Prompt): string | undefined {
  const bare = words(query);
  if (bare.split(' ').length < fewestEchoWords) return undefined;
  const line = user.split('\n').find((each) => ` ${words(each)} `.includes(` ${bare} `));
  if (line === undefined) return undefined;
  return line.startsWith('Current query: ')
    ? 'The model gave back the query that is there, or a part of it. Ask again for other samples, or tell it more of the topic.'
    : 'The model copied a line of what it was told instead of writing a query. Ask again for other samples, or choose a larger model.';
}

/** Whether the same words, up to six of them, stand there so often one behind the other that no query means it. */
function repeats(query: string): boolean {
  const all = words(query).split(' ');
  for (let period = 1; period <= 6; period++) {
    let run = 0;
    for (let at = period; at < all.length; at++) {
      run = all[at] === all[at - period] ? run + 1 : 0;
      if (run >= period * mostRepeats) return true;
    }
  }
  return false;
}

function words(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}

/** Behind `ended`: why, where the model did not end by itself. */
function cause(stopReason: Generation['stopReason'], tokens: number, totalMs: number): string {
  if (stopReason === 'maxTokens') return ` at its limit of ${tokens} tokens`;
  return stopReason === 'time' ? ` after ${Math.round(totalMs / 1000)} s, the longest that is waited` : '';
}
