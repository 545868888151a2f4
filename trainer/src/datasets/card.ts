import type { Variant } from '@querent/core/prompting';
import type { Task } from '@querent/core/tasks';
import type { BuiltDataset, DifficultyCounts } from './build.ts';
import type { LeakageReport } from './leakage.ts';
import type { SourceFile, SourceKind } from './sources/openSource.ts';
import type { Split } from './splits.ts';
import type { ExclusionReason, SplitName } from './topic.ts';
import { splitNames } from './topic.ts';

/** The data card: where a dataset comes from, so that anyone can judge it and build it again. */
export interface DatasetCard {
  readonly format: 'querent-dataset/1';
  /** ISO 8601. */
  readonly builtAt: string;
  readonly command: string;
  readonly versions: { readonly querent: string; readonly node: string };
  readonly seed: number;
  readonly split: {
    readonly rule: 'overlap' | 'time' | 'given';
    readonly shares: readonly number[];
    readonly chains: 'cut' | 'whole';
    /** Sets of topics that shared records tie together, and topics in the largest. */
    readonly tied: Split['chains'];
  };
  readonly variant: Variant;
  readonly templates: readonly { readonly task: string; readonly id: string; readonly hash: string }[];
  readonly sources: readonly {
    readonly name: string;
    readonly kind: SourceKind;
    readonly split: SplitName | null;
    readonly files: readonly SourceFile[];
    /** Rows read, or topics made. */
    readonly rows: number;
    readonly kept: number;
    readonly excluded: Readonly<Partial<Record<ExclusionReason, number>>>;
    /** The first messages, each with file, line and field. */
    readonly examples: readonly { readonly reason: ExclusionReason; readonly message: string }[];
    /** Relevant records that the library named with --corpus does not hold; null without one. */
    readonly unknownIds: number | null;
  }[];
  readonly difficulty: (DifficultyCounts & { readonly range: readonly [number, number] }) | null;
  readonly files: Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>;
  readonly leakage: readonly Omit<LeakageReport, 'examples'>[];
  readonly licence: string;
}

/** What a card is told beside what was built. */
export interface CardFacts {
  readonly command: string;
  readonly querent: string;
  readonly node: string;
  readonly builtAt: string;
  readonly seed: number;
  readonly rule: DatasetCard['split']['rule'];
  readonly shares: readonly number[];
  readonly chains: 'cut' | 'whole';
  readonly variant: Variant;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly files: ReadonlyMap<string, readonly SourceFile[]>;
  readonly difficulty?: readonly [number, number];
  readonly licence?: string;
}

const noLicence =
  'Not stated. Titles, abstracts and questions stay under the licences of their sources, which are named above; ask before passing this dataset on.';

/** The lines of a split's file. */
export function* splitLines(rows: readonly unknown[]): Generator<string> {
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

/** Makes the card of a dataset. */
export function cardOf(
  built: BuiltDataset,
  facts: CardFacts,
  hashes: Readonly<Record<SplitName, string>>,
): DatasetCard {
  const used = new Set(splitNames.flatMap((name) => built.rows[name].map(({ data_source: task }) => task)));
  return {
    format: 'querent-dataset/1',
    builtAt: facts.builtAt,
    command: facts.command,
    versions: { querent: facts.querent, node: facts.node },
    seed: facts.seed,
    split: { rule: facts.rule, shares: facts.shares, chains: facts.chains, tied: built.chains },
    variant: facts.variant,
    templates: [...facts.tasks.values()]
      .filter(({ id }) => used.has(id))
      .map(({ id: task, templates }) => ({
        task,
        id: templates[facts.variant].id,
        hash: templates[facts.variant].hash,
      })),
    sources: built.tallies.map((tally) => ({
      name: tally.source.name,
      kind: tally.source.kind,
      split: tally.source.split ?? null,
      files: facts.files.get(tally.source.path) ?? [],
      rows: tally.rows,
      kept: built.kept.get(tally) ?? 0,
      excluded: tally.excluded,
      examples: tally.examples,
      unknownIds: built.unknown.get(tally) ?? null,
    })),
    difficulty:
      built.difficulty === undefined || facts.difficulty === undefined
        ? null
        : { ...built.difficulty, range: facts.difficulty },
    files: Object.fromEntries(
      splitNames.map((name) => [`${name}.jsonl`, { rows: built.rows[name].length, sha256: hashes[name] }]),
    ),
    leakage: built.leakage.map(({ train, test, isLeaking, all, bySource, records }) => ({
      train,
      test,
      isLeaking,
      all,
      bySource,
      records,
    })),
    licence: facts.licence ?? noLicence,
  };
}

/** The card as a page for people. */
export function cardPage(card: DatasetCard): string {
  const { split, sources, leakage, difficulty } = card;
  const lines = [
    '# Data card',
    '',
    `Built ${card.builtAt} by Querent ${card.versions.querent} on Node ${card.versions.node} with:`,
    '',
    '```',
    card.command,
    '```',
    '',
    `Seed ${card.seed}; split by ${split.rule}, shares ${split.shares.map((each) => `${Math.round(1000 * each) / 10} %`).join(', ')}; prompts for ${card.variant === 'reasoning' ? 'reasoning before the answer' : 'the answer alone'}.`,
    '',
    '| file | rows | SHA-256 |',
    '| --- | ---: | --- |',
    ...Object.entries(card.files).map(
      ([name, { rows, sha256: hash }]) => `| ${name} | ${rows} | \`${hash}\` |`,
    ),
    '',
    '## Sources',
    '',
    '| source | kind | rows | kept | left out |',
    '| --- | --- | ---: | ---: | --- |',
    ...sources.map(
      ({ name, kind, rows, kept, excluded }) =>
        `| ${cell(name)} | ${kind} | ${rows} | ${kept} | ${
          Object.entries(excluded)
            .map(([reason, count]) => `${reason} ${count}`)
            .join(', ') || '-'
        } |`,
    ),
    '',
    ...sources.flatMap(({ files }) =>
      files.map(({ name, bytes, sha256: hash }) => `- ${cell(name)}, ${bytes} bytes, SHA-256 \`${hash}\``),
    ),
    ...sources.flatMap(({ name, unknownIds }) =>
      unknownIds === null || unknownIds === 0
        ? []
        : [`- ${cell(name)}: ${unknownIds} relevant records are not in the library that was named.`],
    ),
    '',
    '## Leakage',
    '',
    ...leakage.map(
      ({ train, test, isLeaking, all }) =>
        `- ${test.name} against ${train.name}: ${isLeaking ? `${all.leaking} of ${all.topics} topics leak` : `none of ${all.topics} topics shares a relevant record, an input or a near-duplicate`}.`,
    ),
    ...(leakage.length === 0 ? ['- There is only one part with topics, so nothing could leak.'] : []),
    '',
    `Shared records tie the topics into ${split.tied.sets} sets; the largest has ${split.tied.largest} topics. ${
      split.chains === 'whole'
        ? 'Such sets were kept whole.'
        : 'What shared a record across parts was left out (shares-with-test).'
    }`,
    '',
    ...(difficulty === null
      ? []
      : [
          '## Difficulty',
          '',
          `Kept: topics of which the three rarest words find ${difficulty.range[0]} to ${difficulty.range[1]} of the relevant records (recall). ${difficulty.tooHard} were harder, ${difficulty.tooEasy} easier, ${difficulty.notMeasured} could not be measured and were kept.`,
          '',
        ]),
    '## Prompts',
    '',
    ...card.templates.map(({ task, id, hash }) => `- ${task}: ${id}, SHA-256 \`${hash}\``),
    '',
    '## Licence',
    '',
    card.licence,
    '',
  ];
  return lines.join('\n');
}

function cell(text: string): string {
  return text.replace(/[|\r\n]/g, ' ');
}
