// npm run kills [-- --kills N] [--seed N] [--model GGUF] [--json]: kills the model process N times (100) at random during rewrites. Exits 1
// when a request goes unanswered or the next rewrite has to do without the model; 2 on bad usage.
import { parseArgs } from 'node:util';
import { tinyGguf } from '../../server/src/models/testing/tinyGguf.ts';
import { describeReport, killDuringRewrites } from './killing.ts';

const usage = 'Usage: npm run kills [-- --kills N] [--seed N] [--model GGUF] [--json]';
const given = options();
if (given === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const { kills, seed, model, json } = given;
  try {
    const log = (line: string): void => console.error(line);
    const report = await killDuringRewrites({ kills, seed, model: model ?? tinyGguf(), log });
    console.log(json ? JSON.stringify(report) : describeReport(report, model ?? 'a tiny model'));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

function options():
  | {
      readonly kills: number;
      readonly seed: number;
      readonly model: string | undefined;
      readonly json: boolean;
    }
  | undefined {
  try {
    const { values } = parseArgs({
      options: {
        kills: { type: 'string', default: '100' },
        seed: { type: 'string', default: '1' },
        model: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [kills, seed] = [Number(values.kills), Number(values.seed)];
    return Number.isInteger(kills) && kills > 0 && Number.isInteger(seed)
      ? { kills, seed, model: values.model, json: values.json }
      : undefined;
  } catch {
    return undefined;
  }
}
