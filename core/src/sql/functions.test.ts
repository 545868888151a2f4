import initSqlJs from 'sql.js';
import { describe, expect, it } from 'vitest';
import { functionsNamed, signatureOf, sqlFunctions } from './functions.ts';

/** What sql.js adds to SQLite (its extension functions), and what is nobody's to call. */
const notListed = new Set(
  (
    'atn2 charindex cot coth difference leftstr lower_quartile median mode padc padl padr proper replicate reverse rightstr square stdev strfilter ' +
    'upper_quartile variance fts3_tokenizer match matchinfo offsets optimize snippet subtype unistr_quote sqlite_log ' +
    'sqlite_compileoption_get sqlite_compileoption_used current_date current_time current_timestamp -> ->> ' +
    'json_array_insert jsonb_array_insert'
  ).split(' '),
);

describe('functions', () => {
  it('are those of the engine', async () => {
    const { Database } = await initSqlJs();
    const database = new Database();
    const [answer] = database.exec(
      'SELECT name, max(narg), min(narg) FROM pragma_function_list GROUP BY name',
    );
    const engine = new Map((answer?.values ?? []).map(([name, most]) => [String(name), Number(most)]));
    const ours = new Set(sqlFunctions.filter(({ kind }) => kind !== 'table').map(({ name }) => name));
    expect([...engine.keys()].filter((name) => !ours.has(name) && !notListed.has(name))).toEqual([]);
    expect([...ours].filter((name) => !engine.has(name))).toEqual([]);
    database.close();
  });

  it('take as many arguments as the engine does', async () => {
    const { Database } = await initSqlJs();
    const database = new Database();
    const refused: string[] = [];
    for (const each of sqlFunctions.filter(({ kind }) => kind !== 'table')) {
      const most = each.parameters.filter(({ isRepeated }) => !isRepeated);
      const least = most.filter(({ isOptional }) => !isOptional);
      for (const { length } of [least, most]) {
        const isRow = each.name === 'count' && length === 0;
        const call = `${each.name}(${isRow ? '*' : Array.from({ length }, () => '1').join(', ')})`;
        try {
          database.prepare(`SELECT ${call}${each.kind === 'window' ? ' OVER ()' : ''}`).free();
        } catch (error) {
          if (/arguments|no such function/u.test(String(error))) refused.push(`${call}: ${String(error)}`);
        }
      }
    }
    database.close();
    expect(refused).toEqual([]);
  });

  it('are named once a kind, and every line was read', () => {
    const names = sqlFunctions.map(({ name, kind }) => `${kind} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(sqlFunctions.filter(({ name, summary }) => name === '' || summary === '')).toEqual([]);
  });

  it.each([
    ['SubStr', ['substr(text, start[, length])']],
    ['lag', ['lag(expression[, offset][, default])']],
    ['min', ['min(expression)', 'min(value, other, ...)']],
    ['pi', ['pi()']],
    ['nothing', []],
  ])('%s', (name, signatures) => {
    expect(functionsNamed(name).map(signatureOf)).toEqual(signatures);
  });
});
