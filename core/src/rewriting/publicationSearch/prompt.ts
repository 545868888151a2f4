import { isRaw, promptOf, PromptRoom, rawPrompt, withoutMarkup } from '../../prompting/index.ts';
import type { Prompt, RawTemplate, Template } from '../../prompting/index.ts';
import type { RewriteRequest } from '../proposal.ts';
import { goalLine } from './goal.ts';
import { idFilter } from './ids.ts';
import { seedLines } from './seedLines.ts';
import { thinkingTemplate } from './template.ts';

/** Most characters of what people wrote, in one prompt, unless told otherwise: about 2,000 tokens. */
export const defaultCharacters = 6_000;

const longest = { question: 400, query: 1500, fault: 240 } as const;
const mostFaults = 6;

/** How a prompt is built. */
export interface PromptOptions {
  /** Most characters of what people wrote: by the room in the model's context. Default {@link defaultCharacters}. */
  readonly characters?: number;
}

/**
 * The one prompt builder of Boolean search, for publications and for trials: the editor, the trainer and the evaluation all call it. It takes whatever a
 * request holds: a title, a PICO, texts of seeds, the query that is there with its numbers and its measured faults, and the goal. Where there is
 * not room for all, the question goes first, then the query, then its faults, then the seeds; instructions are never cut.
 *
 * All text of others stands on lines of its own, one a line, without marks that structure prompts; seeds are declared as data. Ids of known
 * relevant records never go into a prompt, since a model that saw them could answer with them.
 *
 * A raw template takes the PICO alone, as it was trained: there a query, its faults, and seeds cannot be told.
 */
export function buildPrompt(
  request: RewriteRequest,
  template: Template = thinkingTemplate,
  { characters = defaultCharacters }: PromptOptions = {},
): Prompt {
  const filter = idFilter(request);
  if (isRaw(template)) return picoPrompt(request, template, filter);
  const room = new PromptRoom(characters);
  const { title, pico = {}, query, current, seeds } = request;
  const { population, intervention, comparison, outcome, other = {} } = pico;
  const rules = { longest: longest.question };
  const question = [
    room.part('Question', filter(title), rules),
    room.part('P', filter(population), rules),
    room.part('I', filter(intervention ?? other['index_test_or_intervention']), rules),
    room.part('C', filter(comparison), rules),
    room.part('O', filter(outcome ?? other['target_condition']), rules),
  ];
  const written = room.part('Current query', filter(query), { longest: longest.query, least: 40 });
  const counts =
    current === undefined
      ? ''
      : room.line(`It finds ${current.count} records${known(current.seedsFound, seeds.length)}.`);
  const goal = room.line(goalLine(request, written !== ''));
  const faults = written === '' ? [] : faultLines(request, room, filter);
  const shown = seedLines(request, room, filter);
  return {
    ...promptOf([...question, written, counts, ...faults, ...shown.lines, goal], template),
    ...(shown.ids.length === 0 ? {} : { shownSeeds: shown.ids }),
  };
}

/** Whether a raw template has anything to ask of this request: it needs a PICO or a title. */
export function hasQuestion({ title, pico = {} }: RewriteRequest): boolean {
  const { other = {}, ...elements } = pico;
  return [
    title,
    ...Object.values(elements),
    other['index_test_or_intervention'],
    other['target_condition'],
  ].some((text) => typeof text === 'string' && withoutMarkup(text) !== '');
}

/** Without a PICO the title stands for the population, the first line that the model reads. */
function picoPrompt(
  { title, pico = {} }: RewriteRequest,
  template: RawTemplate,
  filter: (text: string | undefined) => string | undefined,
): Prompt {
  const { population, intervention, comparison, outcome, other = {} } = pico;
  return rawPrompt(template, {
    P: filter(population ?? title),
    I: filter(intervention ?? other['index_test_or_intervention']),
    C: filter(comparison),
    O: filter(outcome ?? other['target_condition']),
  });
}

function faultLines(
  { faults = [] }: RewriteRequest,
  room: PromptRoom,
  filter: (text: string | undefined) => string | undefined,
): readonly string[] {
  if (faults.length === 0) return [];
  const heading = room.line('What is wrong with it:');
  if (heading === '') return [];
  const lines = faults.slice(0, mostFaults).map(({ message, text }) => {
    const part = text === undefined || message.includes(text) ? '' : ` The part: ${text}`;
    return room.item('- ', filter(`${message}${part}`), { longest: longest.fault, least: 40 });
  });
  return lines.some((line) => line !== '') ? [heading, ...lines] : [];
}

function known(found: number, all: number): string {
  return all === 0 ? '' : ` and ${found} of ${all} known relevant studies`;
}
