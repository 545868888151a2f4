import { isRaw, promptOf, promptPart, rawPrompt, withoutMarkup } from '../../prompting/index.ts';
import type { Prompt, RawTemplate, Template } from '../../prompting/index.ts';
import { prunedSchema } from '../../sqlSchema/index.ts';

/** What a model is told of a question. Everything in it is put into the prompt as plain text. */
export interface SqlPromptInput {
  readonly question: string;
  /** The statements of the database, as `schemaText` writes them. */
  readonly schema: string;
  /** What one has to know besides, such as what a code means. */
  readonly evidence?: string | undefined;
  /** Names of tables that the question is about though it does not name them: by a value, or since they lie between others. They are told first, too. */
  readonly linked?: readonly string[] | undefined;
  /** Values of columns, one line each, as `sampleLines` writes them. Left out of templates that models were trained with. */
  readonly samples?: readonly string[] | undefined;
  /** A statement that is to be mended, and what is wrong with it. */
  readonly mend?: { readonly sql: string; readonly message: string } | undefined;
}

const longestQuestion = 2_000;
/** Schemas are pruned to less. */
const longestSchema = 20_000;
const longestStatement = 2_000;
const longestMessage = 500;

/**
 * The prompt of a question: the tables that it names first, within a budget, then values, notes and the question.
 * @param budget characters of the schema; `prunedSchema`'s by default
 */
export function sqlPrompt(input: SqlPromptInput, template: Template, budget?: number): Prompt {
  const { question, schema, evidence, linked = [], samples = [], mend } = input;
  const tables = prunedSchema(schema, [question, evidence ?? '', ...linked].join(' '), budget);
  if (isRaw(template)) {
    // A text that is continued as it was trained has no place for a failure but the question itself.
    const asked =
      mend === undefined
        ? question
        : `${question} (${mend.sql} failed: ${mend.message.slice(0, longestMessage)})`;
    return rawPrompt(
      template,
      { question: asked, schema: publishedSchema(tables, template), knowledge: evidence },
      { question: longestQuestion, schema: longestSchema, knowledge: longestQuestion },
      ['schema'],
    );
  }
  return promptOf(
    [
      ...tables.map(withoutMarkup),
      ...samples.map(withoutMarkup),
      promptPart('Known', evidence, longestQuestion),
      promptPart('Question', question, longestQuestion),
      promptPart('A statement that fails', mend?.sql, longestStatement),
      promptPart('Why it fails', mend?.message, longestMessage),
    ],
    template,
  );
}

/** As published: an empty line between two tables, and no semicolon behind those of BIRD, which come from `sqlite_master`. */
function publishedSchema(tables: readonly string[], { text }: RawTemplate): string {
  const isBird = text.includes('{{knowledge}}');
  return tables.map((table) => (isBird ? table.replace(/;$/u, '') : table)).join('\n\n');
}
