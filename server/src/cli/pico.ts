import type { Pico } from '@querent/core/strategy';
import { badInput } from '../terminal/index.ts';
import { readUtf8 } from './io.ts';

const CLASSIC = ['population', 'intervention', 'comparison', 'outcome'];

/**
 * Reads `--pico`: a JSON object of texts, or the path of a file with one. Keys beyond the four classic ones are kept as they are.
 * @throws CliError
 */
export async function readPico(option: string): Promise<Pico> {
  const text = option.trimStart().startsWith('{') ? option : (await readUtf8(option)).text;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw badInput(
      `--pico is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw badInput(
      '--pico must be a JSON object such as {"population": "adults", "intervention": "desmopressin"}.',
    );
  const pico: Record<string, string> = {};
  const other: Record<string, string> = {};
  for (const [key, value] of Object.entries(json as Readonly<Record<string, unknown>>)) {
    if (value === null || value === '') continue;
    if (typeof value !== 'string') throw badInput(`--pico: "${key}" must be a text.`);
    if (CLASSIC.includes(key)) pico[key] = value;
    else other[key] = value;
  }
  return { ...pico, ...(Object.keys(other).length === 0 ? {} : { other }) };
}
