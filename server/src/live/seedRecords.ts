import { z } from 'zod';
import type { SeedRecordStore } from '@querent/core/connectors';
import type { CitationRecord } from '@querent/core/corpus';
import type { AnswerStore } from './answerStore.ts';
import { answerKey } from './keptAnswers.ts';

/** Records get headings and corrections; what is predicted from old ones is verified, but less often right. */
const RECORD_MS = 30 * 24 * 3_600_000;

const text = z.string();
const keptRecord = z.object({
  at: z.string(),
  // Written by this program and compared with its hash when it is read: the fields that are always there tell a record from anything else.
  record: z.looseObject({ id: text, title: text, abstract: text }),
});

/**
 * Records of seeds, kept so that each is fetched once a month. Predictions are made from them; nothing that a person sees.
 * @param engineId see `Provenance.engine`
 */
export function seedRecordStore(
  store: AnswerStore,
  engineId: string,
  now: () => Date = () => new Date(),
): SeedRecordStore {
  const keyOf = (id: string): string => answerKey('record', engineId, id);
  return {
    async get(ids) {
      const kept = await Promise.all([...new Set(ids)].map(async (id) => store.get(keyOf(id))));
      return kept.flatMap((value) => {
        const { data } = keptRecord.safeParse(value);
        if (data === undefined) return [];
        const age = now().getTime() - Date.parse(data.at);
        return age >= 0 && age < RECORD_MS ? [data.record as unknown as CitationRecord] : [];
      });
    },
    async put(records) {
      const at = now().toISOString();
      await Promise.all(records.map((record) => store.put(keyOf(record.id), { at, record })));
    },
  };
}
