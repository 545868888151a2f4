import { memoryEngine } from '@querent/core/connectors';
import type { LocalEngine } from '@querent/core/connectors';
import type { CitationRecord } from '@querent/core/corpus';
import { loadThesaurus } from '@querent/core/mesh';
import { citation } from '../../../../core/src/corpus/testing/records.ts';
import { randomNumbers } from '../library/random.ts';

const drugs = ['Aspirin', 'Zinc', 'Iron', 'Metformin', 'Caffeine', 'Melatonin'];
const illnesses = ['Stroke', 'Asthma', 'Anemia', 'Migraine Disorders', 'Obesity', 'Insomnia'];

/** A library of invented records: each about a drug in an illness, half of them with MeSH, a third of those without major topics. */
export function madeLibrary(size: number): LocalEngine {
  const random = randomNumbers(7);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const records: CitationRecord[] = Array.from({ length: size }, (_, i) => {
    const [drug, illness] = [pick(drugs), pick(illnesses)];
    // Three words that go together in some twenty records.
    const word = `marker${Math.floor(random() * 150)}`;
    const star = i % 6 < 2 ? '*' : '';
    return citation({
      id: String(1000 + i),
      title: `${drug} effect in ${illness} with ${word}, ${word.replace('marker', 'signal')} and ${word.replace('marker', 'tracer')} study ${i}.`,
      abstract: `We gave ${drug}. The ${word} of ${illness} changed, as did ${word.replace('marker', 'signal')}.`,
      mesh: i % 2 === 0 ? [`${star}${drug}/therapeutic use`, `${star}${illness}/drug therapy`, 'Humans'] : [],
    });
  });
  const thesaurus = loadThesaurus(
    [...drugs, ...illnesses].map((name, i) =>
      JSON.stringify({
        ui: `D${String(i).padStart(6, '0')}`,
        name,
        entry: [`${name} by another name`],
        tree: [drugs.includes(name) ? `D02.${i}` : `C10.${i}`],
      }),
    ),
  );
  return memoryEngine(records, { label: 'made', thesaurus });
}
