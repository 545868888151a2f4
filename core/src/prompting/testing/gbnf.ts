import fc from 'fast-check';

/**
 * Texts that follow a GBNF grammar, for properties. Knows what our grammars use: literals, character classes, rules, sequences, alternatives, groups and
 * `{a,b}`; anything else is an error, so that a grammar that it cannot read fails its test.
 */
export function sentencesOf(grammar: string): fc.Arbitrary<string> {
  const rules = new Map(
    grammar
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [name = '', ...body] = line.split('::=');
        return [name.trim(), body.join('::=').trim()] as const;
      }),
  );
  const rule = (name: string): fc.Arbitrary<string> => {
    const body = rules.get(name);
    if (body === undefined) throw new Error(`no rule ${name}`);
    const reader = new Reader(body, rule);
    const arbitrary = reader.alternatives();
    if (!reader.isAtEnd) throw new Error(`cannot read: ${reader.rest}`);
    return arbitrary;
  };
  return rule('root');
}

class Reader {
  readonly #text: string;
  readonly #rule: (name: string) => fc.Arbitrary<string>;
  #at = 0;

  constructor(text: string, rule: (name: string) => fc.Arbitrary<string>) {
    this.#text = text;
    this.#rule = rule;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  get isAtEnd(): boolean {
    return this.rest.trim() === '';
  }

  alternatives(): fc.Arbitrary<string> {
    const options = [this.#sequence()];
    while (this.#eat(/^\|/u)) options.push(this.#sequence());
    return fc.oneof(...options);
  }

  #sequence(): fc.Arbitrary<string> {
    const parts: fc.Arbitrary<string>[] = [];
    for (let part = this.#repeated(); part !== undefined; part = this.#repeated()) parts.push(part);
    return fc.tuple(...parts).map((texts) => texts.join(''));
  }

  #repeated(): fc.Arbitrary<string> | undefined {
    const part = this.#part();
    if (part === undefined) return undefined;
    const times = this.#eat(/^\{(\d+),(\d+)\}/u);
    if (times === undefined) return part;
    const [least, most] = [Number(times[1]), Number(times[2])];
    return fc.oneof(
      {
        weight: 9,
        arbitrary: fc
          .array(part, { minLength: least, maxLength: Math.min(most, least + 40) })
          .map((texts) => texts.join('')),
      },
      { weight: 1, arbitrary: part.map((text) => text.repeat(most)) },
    );
  }

  #part(): fc.Arbitrary<string> | undefined {
    const literal = this.#eat(/^"((?:[^"\\]|\\.)*)"/u);
    if (literal !== undefined) return fc.constant(unescaped(literal[1] ?? ''));
    const klass = this.#eat(/^\[((?:[^\]\\]|\\.)+)\]/u);
    if (klass !== undefined) return characters(klass[1] ?? '');
    if (this.#eat(/^\(/u) !== undefined) {
      const inner = this.alternatives();
      if (this.#eat(/^\)/u) === undefined) throw new Error(`no closing bracket: ${this.rest}`);
      return inner;
    }
    const name = this.#eat(/^[a-z]+/u);
    return name === undefined ? undefined : this.#rule(name[0]);
  }

  #eat(pattern: RegExp): RegExpExecArray | undefined {
    this.#at += /^[ \t]*/u.exec(this.rest)?.[0].length ?? 0;
    const match = pattern.exec(this.rest);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }
}

/** One character of a class; the interesting ones often. */
function characters(klass: string): fc.Arbitrary<string> {
  const pattern = new RegExp(`^[${klass}]$`, 'u');
  const candidates = [...'abcXYZ019 "\\{}[]()<>*/:;,.|&\n\t\r', 'é', '€', '😀', '\u2028', '\u007f'].filter(
    (one) => pattern.test(one),
  );
  if (!klass.startsWith('^')) return fc.constantFrom(...candidates);
  return fc.oneof(
    fc.constantFrom(...candidates),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).filter((one) => pattern.test(one)),
  );
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gu, (_, one: string) => (one === 'n' ? '\n' : one === 't' ? '\t' : one));
}
