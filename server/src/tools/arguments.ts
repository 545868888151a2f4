import { z } from 'zod';

/** Longest strategy that is taken as text, in characters: 200 lines of 1,000. */
const longestStrategy = 200_000;

/** Arguments that tools have in common, so that they are called and described alike. */
export const strategyArguments = {
  strategy: z
    .string()
    .max(longestStrategy)
    .optional()
    .describe(
      'The text of a strategy in PubMed syntax: one query, or numbered lines such as "#1 falls[tiab]" and "#2 #1 AND aged[mh]"; YAML front matter (title, pico, database, until, seeds) may stand above. Give this or "file", not both.',
    ),
  file: z
    .string()
    .max(4096)
    .optional()
    .describe('Path of a strategy file (.pubmed, .ctgov or .txt) within the folders that may be read.'),
};

export const lineArgument = z
  .string()
  .max(20)
  .optional()
  .describe(
    'Number of a line, such as "3". Without it the strategy itself: the last line that no other uses.',
  );

export const measuringArguments = {
  library: z
    .string()
    .max(4096)
    .optional()
    .describe(
      'Path of a citation library (.sqlite) or citation file to search in, or "pubmed" for PubMed itself where that is allowed. Without it: the database that the strategy names, else the default library.',
    ),
  seeds: z
    // Models write numbers for ids.
    .array(z.coerce.string().max(40))
    .max(10_000)
    .optional()
    .describe(
      "PMIDs or NCT ids of records known to be relevant, instead of the strategy's own; recall is measured on them.",
    ),
  until: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'must be a day such as 2016-09-30')
    .optional()
    .describe(
      "Search date as yyyy-mm-dd, instead of the strategy's own: records published later are left out.",
    ),
};

/** Where and when numbers were obtained. */
export const measuredIn = z.object({
  engine: z.string().describe('For people: which database was asked.'),
  at: z.string().nullable().describe('ISO 8601 time of the answer; null where there was none.'),
  until: z.string().nullable().describe('Search date.'),
});

/** The numbers of a query. */
export const numbers = {
  count: z.number().int().describe('Records found.'),
  seedsFound: z.number().int().nullable().describe('Null without seeds.'),
  recall: z.number().nullable().describe('Seeds found / seeds, 0..1; null without seeds.'),
  nnr: z
    .number()
    .nullable()
    .describe('Number needed to read: records for one seed; null where no seed is found.'),
};

export const notes = z.array(z.string()).describe('What the reader should know, a sentence each.');
