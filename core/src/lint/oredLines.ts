import type { Descriptor } from '../mesh/index.ts';
import type { StrategyLine } from '../strategy/index.ts';
import type { Problem } from '../text/index.ts';
import { HeadingIndex } from './headingIndex.ts';
import type { LineGroup } from './lineGroups.ts';
import { TextWordIndex } from './meshText.ts';

/** A longer text of all lines of a group is not kept beside others. */
const LONGEST_KEY = 100_000;

/** What a line says by itself; its ranges count from the start of its query. */
export interface Finding {
  readonly lacks: 'heading' | 'text word';
  readonly problem: Problem;
  readonly descriptor: Descriptor;
  /** The whole line is one OR group, so that other lines may say what it lacks. */
  readonly isWhole: boolean;
}

/** What the rules know of a line. */
export interface Content {
  readonly findings: readonly Finding[];
  /** Text words of a line that is one OR group, as {@link TextWordIndex} takes them. */
  readonly words: readonly (readonly string[])[];
  /** Headings of a line that is one OR group. */
  readonly headings: readonly Descriptor[];
}

/** Lines that are ORed; what their words and headings are is worked out only when a line lacks something. */
export class OredLines {
  readonly #contents: readonly Content[];
  readonly #haveWord = new Map<Descriptor, boolean>();
  readonly #haveHeading = new Map<Descriptor, boolean>();
  #words: TextWordIndex | undefined;
  #headings: HeadingIndex | undefined;

  constructor(contents: readonly Content[]) {
    this.#contents = contents;
  }

  /** Whether another line has what one of them lacks. */
  settles({ lacks, descriptor }: Finding): boolean {
    const answers = lacks === 'heading' ? this.#haveHeading : this.#haveWord;
    let answer = answers.get(descriptor);
    if (answer === undefined) {
      answer =
        lacks === 'heading'
          ? (this.#headings ??= this.#allHeadings()).covers(descriptor)
          : (this.#words ??= this.#allWords()).expresses(descriptor);
      answers.set(descriptor, answer);
    }
    return answer;
  }

  #allWords(): TextWordIndex {
    const index = new TextWordIndex();
    for (const { words } of this.#contents) for (const one of words) index.add(one);
    return index;
  }

  #allHeadings(): HeadingIndex {
    const index = new HeadingIndex();
    for (const { headings } of this.#contents) for (const one of headings) index.add(one);
    return index;
  }
}

/** Groups by the texts of their lines: with every key all but one are as they were. */
const groups = new Map<string, OredLines>();
/** Remembered groups; a long strategy has some hundred. */
const MAXIMUM_GROUPS = 500;

/** The lines of a group together, as they were before while their texts are the same. */
export function oredLines(
  lines: LineGroup['lines'],
  contents: ReadonlyMap<StrategyLine, Content>,
): OredLines {
  const key = lines.map(({ line }) => line.query.text).join('\n');
  let group = groups.get(key);
  if (group === undefined) {
    if (groups.size >= MAXIMUM_GROUPS || key.length > LONGEST_KEY) groups.clear();
    group = new OredLines(lines.flatMap(({ line }) => contents.get(line) ?? []));
    groups.set(key, group);
  }
  return group;
}

/** Forgets all groups: another thesaurus says other things. */
export function forgetOredLines(): void {
  groups.clear();
}
