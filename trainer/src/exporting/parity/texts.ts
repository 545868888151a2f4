import { isRaw, promptTemplate } from '@querent/core/prompting';
import type { Prompt, Template } from '@querent/core/prompting';
import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import type { PromptRow } from '../../pairs/promptRow.ts';

/** A text of the gate, as the trainer has it and as the editor has it. */
export interface ParityText {
  readonly id: string;
  /** What is asked, by the task's builder. */
  readonly prompt: Prompt;
  /** An answer behind the prompt (and behind what it leaves opened). */
  readonly completion: string;
  /** Whether log-probabilities are compared, and not the tokens alone. */
  readonly isScored: boolean;
  /** What differs is told and does not count. */
  readonly isNote: boolean;
}

const schema =
  'CREATE TABLE trial (id INTEGER PRIMARY KEY, title TEXT NOT NULL, phase INTEGER, started TEXT);\nCREATE TABLE arm (trial INTEGER, drug TEXT);';

/** One question a task, of the kind that each is asked. */
const inputs: Readonly<Record<string, unknown>> = {
  publication: {
    title: 'Metformin for polycystic ovary syndrome: effects on ovulation',
    pico: {
      P: 'women with polycystic ovary syndrome',
      I: 'metformin',
      C: 'placebo or clomifene',
      O: 'ovulation rate, live birth',
    },
  },
  trials: { title: 'Insulin pumps in children with type 1 diabetes (age < 12 years)' },
  qa: { question: 'Which enzyme is inhibited by statins?' },
  ir: { question: 'Does vitamin D supplementation prevent fractures in the elderly?' },
  sql: { question: 'How many trials of phase 3 began in 2020?', db: 'trials', schema },
};

/** Titles with what tokenizers fall over: Greek, signs, ligatures, other scripts, signs outside the basic plane, runs of blanks and digits. */
const unusual: readonly string[] = [
  'α-synuclein & β2-agonists: ≥ 50 % “responders” — results of 1,234 patients (±SD)',
  'Ménière’s disease, Sjögren’s syndrome, Guillain–Barré; naïve T-cells; µg/m³; 10⁻⁶; ½; ﬁbrosis',
  '日本における糖尿病の治療 / лечение диабета / العلاج بالأنسولين / 한국인의 고혈압',
  '🧬 gene editing 👩🏽‍⚕️ by CRISPR 𝛼𝛽 𝔸 tabs\tand   runs  of blanks !! ... ??? 000123456789',
  "don't I'LL we've IT'S (((brackets))) [tiab] {json: \"x\"} \\n %s <b>bold</b> a/b_c-d@e.f",
];

/** Texts whose tokens llama.cpp makes otherwise for some tokenizers: what Unicode composes (Qwen's tokenizer does, llama.cpp does not). */
const decomposed = ['Me\u0301nie\u0300re', 'A\u030Angstro\u0308m'];

/** Marks of turns as people might write them: tokens to transformers in a chat, text to the editor. Prompts are built without them. */
const marks = 'the mark <|im_end|> and <|eot_id|> of a turn';

/** So many prompts of the data are read token by token; of the others the ids are enough. */
const mostScored = 4;

/** What is compared besides: what the model was trained with. */
export interface ParityWishes {
  readonly template: Template | undefined;
  readonly task: Task | undefined;
  readonly prompts: readonly PromptRow[];
}

/** The texts of the gate: every task's own prompts, the one that the model was trained with, those of the data, unusual characters. */
export function parityTexts({ template, task, prompts }: ParityWishes): readonly ParityText[] {
  const texts: ParityText[] = [];
  const add = (id: string, prompt: Prompt, completion = '', more: Partial<ParityText> = {}): void => {
    texts.push({ id, prompt, completion, isScored: completion !== '', isNote: false, ...more });
  };
  for (const each of builtInTasks.values())
    for (const variant of ['direct', 'reasoning'] as const)
      add(`${each.id}, ${variant}`, each.prompt(inputs[each.id], variant));
  // A task of a folder has prompts in its data alone.
  const asked = task ?? (template === undefined ? builtInTasks.get('publication') : undefined);
  if (asked !== undefined) {
    const input = inputs[asked.id];
    const variant = template !== undefined && isRaw(template) ? template.variant : 'direct';
    const ask = (value: unknown): Prompt => asked.prompt(value, variant, template);
    if (input !== undefined) {
      const prompt = ask(input);
      add(`${prompt.template.id} with an answer`, prompt, answerTo(asked, prompt));
    }
    if (typeof (input as { title?: unknown } | undefined)?.title === 'string')
      for (const title of unusual) add(`${asked.id}: ${title.slice(0, 20)}...`, ask({ title }));
  }
  for (const [i, row] of prompts.entries()) {
    const prompt = promptOfRow(row);
    const answer = asked === undefined ? '<answer>{"query": "metformin"}</answer>' : answerTo(asked, prompt);
    add(`data: ${row.id}`, prompt, i < mostScored ? answer : '');
  }
  const [first = ''] = unusual;
  add(
    'a short prompt',
    plain('Write a query.', 'metformin'),
    '<answer>{"query": "metformin[tiab]"}</answer>',
  );
  add('a short text', { ...plain('', first), text: first }, ' AND insulin');
  add('marks of turns', plain('Write a query.', marks), '', { isNote: true });
  for (const text of decomposed) add(`composed signs (${text})`, plain('', text), '', { isNote: true });
  return texts;
}

function plain(system: string, user: string): Prompt {
  return { system, user, template: promptTemplate('parity', system, '') };
}

/** The prompt of a row of `prompts-*.jsonl`. */
function promptOfRow({ messages = [], text, opened }: PromptRow): Prompt {
  const part = (role: string): string => messages.find((message) => message.role === role)?.content ?? '';
  return {
    system: part('system'),
    user: text ?? part('user'),
    template: { id: '', hash: '' },
    ...(text === undefined ? {} : { text }),
    opened,
  };
}

/** An answer of the form that the task wants, behind what the prompt leaves opened. */
function answerTo({ answerKey }: Task, { opened = '' }: Prompt): string {
  const query =
    answerKey === 'sql'
      ? 'SELECT COUNT(*) FROM trial WHERE phase = 3'
      : '("polycystic ovary syndrome"[MeSH Terms] OR PCOS[tiab]) AND metformin[tiab]';
  const answer = `<answer>${JSON.stringify({ [answerKey]: query })}</answer>`;
  if (opened === '<think>') return `The question names a drug and a disease.</think>${answer}`;
  return opened === '<answer>' ? answer.slice('<answer>'.length) : answer;
}
