import type { SqlSource } from '@querent/core/sqlAssistant';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { objectOf, textIn } from '@querent/core/tasks';
import type { OpenedDatabases } from '@querent/server/databases';
import { openSqlAssistant } from '@querent/server/sqlAssistant';
import type { SamplingSettings } from './model.ts';
import type { EvaluatedRewriter } from './rewriter.ts';
import { failed, queryOr } from './rewriter.ts';
import type { OpenedModel } from './textModels.ts';

/** A model that has a say beside the method, and how it is asked. */
export interface SqlModel {
  readonly opened: OpenedModel;
  readonly sampling: Omit<SamplingSettings, 'isHeldToForm'>;
  /** Id of the wording, or `auto`. */
  readonly template: string;
}

/**
 * What the editor shows first for a question: statements of the method, and of a model where one is given, each prepared by SQLite, mended, run on the
 * copy of the database and ranked by the votes for its rows. The trusted statement has no part in it.
 */
export async function sqlRewriter(
  name: string,
  databases: OpenedDatabases,
  asked?: SqlModel,
): Promise<EvaluatedRewriter> {
  const assistant = await openSqlAssistant(asked?.opened.model, optionsOf(asked));
  const schemas = new Map<string, Promise<SqlSchema>>();
  const described = (database: string): Promise<SqlSchema> => {
    const schema = schemas.get(database) ?? databases.describe(database);
    schemas.set(database, schema);
    return schema;
  };
  const chosen: Record<SqlSource, number> = { deterministic: 0, model: 0 };
  return {
    name,
    samples: 1,
    identity: {
      rewriter: asked === undefined ? 'deterministic' : 'combined',
      knows: 'schema and values',
      ...(asked === undefined
        ? {}
        : { model: asked.opened.identity, wording: asked.template, ...asked.sampling }),
    },
    notes: () => [
      ...assistant.notes.map((note) => `${name}: ${note}`),
      ...(asked === undefined
        ? []
        : [`${name}: chosen were ${chosen.deterministic} statements of the method and ${chosen.model} of the model (in this session of the run).`]),
    ],
    async attempt({ text, database, input }, _sample, signal) {
      if (text === undefined || database === undefined)
        return failed('no-query', 'The row names no database.');
      const { candidates, notes } = await assistant.propose(
        {
          schema: await described(database),
          database: { preview: (sql, options) => databases.preview(database, sql, options) },
        },
        { question: text, evidence: textIn(objectOf(input, 'input'), 'evidence') },
        { signal },
      );
      const [best] = candidates;
      if (best !== undefined) chosen[best.source]++;
      return queryOr(best?.sql, notes.at(-1) ?? 'The question names nothing of the schema.');
    },
    close: async () => {
      assistant.close();
      await asked?.opened.close();
    },
  };
} // prettier-ignore

function optionsOf(asked: SqlModel | undefined): Parameters<typeof openSqlAssistant>[1] {
  if (asked === undefined) return { sources: ['deterministic'] };
  const { sampling, template } = asked;
  return { samples: sampling.samples, seed: sampling.seed, template };
}
