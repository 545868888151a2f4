// Runs every test and check of the project and tells at the end how each went and how long it took.
//
//   node scripts/test.mjs [--only STEP[,STEP...]] [--bail]
//
// Works from a bare clone: what is missing is installed first; Python, the longest of it, behind the first steps. What runs beside
// another step is printed when that one has ended. The last line is `N passed, N failed`: tests, and one for each
// other check. Exit 0 only when nothing failed.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { developmentNode, root, run } from './lib/processes.mjs';
import { ensurePackages } from './lib/setup.mjs';

const results = join(root, 'test-results');
const tool = (path, ...args) => [developmentNode(), [join(root, 'node_modules', path), ...args]];
const script = (path, ...args) => [developmentNode(), [join(root, path), ...args]];

/** A check that counts as one. */
async function check(print, [command, args], timeoutMs) {
  const { code, timedOut } = await run(command, args, { timeoutMs, print });
  if (timedOut) print(`Stopped after ${timeoutMs / 1000} s.\n`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Several checks; all are run, so that one look shows everything. */
async function checks(print, commands, timeoutMs) {
  const sum = { passed: 0, failed: 0 };
  for (const command of commands) {
    const outcome = await check(print, command, timeoutMs);
    sum.passed += outcome.passed;
    sum.failed += outcome.failed;
  }
  return sum;
}

/** The real small model, for the tests that ask it. Where it cannot be had they say that they were skipped, and why. */
async function realModel(print) {
  const { fetchModel } = await import('./fetch-model.mjs');
  try {
    print(`${await fetchModel((line) => print(`${line}\n`))}\n`);
    return { passed: 0, failed: 0 };
  } catch (error) {
    print(`The real model could not be fetched: ${error.message}\n`);
    return { passed: 0, failed: 0, note: 'no real model' };
  }
}

/** They take some 700 s on two cores; a slower machine may need three times that. */
const UNIT_LIMIT_MS = 2_400_000;

async function unitTests(print) {
  const report = join(results, 'vitest.json');
  rmSync(report, { force: true });
  const [command, args] = tool(
    'vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
  );
  const env = { QUERENT_DATA: process.env.QUERENT_DATA ?? join(root, '../shared/data') };
  const quietly = (line) => !/^\s*(\u001b\[\d+m)*\s*✓/.test(line);
  const { code, timedOut } = await run(command, args, {
    timeoutMs: UNIT_LIMIT_MS,
    env,
    filter: quietly,
    print,
  });
  if (timedOut || !existsSync(report))
    return { passed: 0, failed: 1, note: timedOut ? `stopped after ${UNIT_LIMIT_MS / 1000} s` : 'no report' };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const failed = code === 0 ? 0 : Math.max(1, numFailedTests, numFailedTestSuites);
  const skipped = numPendingTests + numTodoTests;
  return { passed: numPassedTests, failed, skipped, note: skipped > 0 ? `${skipped} skipped` : undefined };
}

/** The Python of the trainer, for its own tests and for those that run it. Where it cannot be had the tests of the trainer have failed. */
async function trainerEnvironment(print) {
  const { ensureTrainerPython } = await import('./lib/trainerPython.mjs');
  try {
    print(`${await ensureTrainerPython((line) => print(`${line}\n`))}\n`);
    return { passed: 1, failed: 0 };
  } catch (error) {
    print(`The Python environment of the trainer could not be made: ${error.message}\n`);
    return { passed: 0, failed: 1, note: 'no Python environment' };
  }
}

/** Long enough for machines of half the speed. */
const PYTHON_LIMIT_MS = 600_000;

async function pythonTests(print) {
  const { trainerPython } = await import('./lib/trainerPython.mjs');
  if (!existsSync(trainerPython)) return { passed: 0, failed: 1, note: 'no Python environment' };
  const { code, output, timedOut } = await run(
    trainerPython,
    ['-m', 'pytest', '-q', '--durations=5', 'trainer/python'],
    {
      timeoutMs: PYTHON_LIMIT_MS,
      env: { CUDA_VISIBLE_DEVICES: process.env.CUDA_VISIBLE_DEVICES ?? '' },
      print,
    },
  );
  const of = (words) => Number(new RegExp(`(\\d+) (?:${words})`).exec(output)?.[1] ?? 0);
  const [passed, failed, skipped] = [of('passed'), of('failed|errors?'), of('skipped')];
  const note = timedOut
    ? `stopped after ${PYTHON_LIMIT_MS / 1000} s`
    : skipped > 0
      ? `${skipped} skipped`
      : undefined;
  return { passed, failed: code === 0 && passed > 0 ? 0 : Math.max(1, failed), skipped, note };
}

async function vscodeSuite(print) {
  const report = join(results, 'vscode.json');
  rmSync(report, { force: true });
  const { code } = await run(...script('test/vscode/run.mjs'), { timeoutMs: 600_000, print });
  if (!existsSync(report)) return { passed: 0, failed: 1, note: 'the suite did not run' };
  const { passed, failed } = JSON.parse(readFileSync(report, 'utf8'));
  return { passed, failed: code === 0 ? failed : Math.max(1, failed) };
}

const STEPS = {
  lockfile: (print) => check(print, script('scripts/complete-lockfile.mjs', '--check'), 30_000),
  typecheck: (print) => check(print, tool('typescript/bin/tsc', '-b'), 300_000),
  lint: (print) =>
    checks(
      print,
      [
        tool('eslint/bin/eslint.js', '.', '--max-warnings', '0'),
        // It walks through what it ignores; what is downloaded there has tens of thousands of files.
        tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.', '!.cache/**'),
        tool(
          'dependency-cruiser/bin/dependency-cruiser.mjs',
          ...['--config', '.dependency-cruiser.cjs'],
          ...['core/src', 'server/src', 'client/src', 'trainer/src', 'test', 'scripts'],
        ),
      ],
      300_000,
    ),
  deadcode: (print) => check(print, tool('knip/bin/knip.js'), 180_000),
  build: (print) => check(print, script('scripts/build.mjs'), 120_000),
  model: realModel,
  environment: trainerEnvironment,
  unit: unitTests,
  grammar: (print) =>
    checks(
      print,
      [
        tool(
          'vscode-tmgrammar-test/dist/unit.js',
          '-g',
          'syntaxes/pubmed.tmLanguage.json',
          'test/grammar/*.test.pubmed',
        ),
        tool(
          'vscode-tmgrammar-test/dist/snapshot.js',
          '-g',
          'syntaxes/pubmed.tmLanguage.json',
          'test/grammar/*.snap.pubmed',
        ),
      ],
      60_000,
    ),
  python: pythonTests,
  package: (print) => check(print, script('scripts/package.mjs'), 300_000),
  vscode: vscodeSuite,
};

const onlyIndex = process.argv.indexOf('--only');
const only = onlyIndex > 0 ? (process.argv[onlyIndex + 1] ?? '').split(',') : undefined;
const unknown = only?.filter((name) => !(name in STEPS)) ?? [];
if (unknown.length > 0) {
  console.error(`Unknown step: ${unknown.join(', ')}. Steps: ${Object.keys(STEPS).join(', ')}.`);
  process.exit(2);
}

/** Steps that run beside another one: both use one core, or it waits much where they compute. */
const BESIDE = { typecheck: ['lint'], vscode: ['python'] };
const wanted = Object.keys(STEPS).filter((name) => !only || only.includes(name));
const groups = wanted.map((name) => [
  name,
  ...(BESIDE[name] ?? []).filter((other) => wanted.includes(other)),
]);
const together = new Set(groups.flatMap((names) => names.slice(1)));

/** Runs a step and notes how it went. */
async function timed(name, step) {
  const started = performance.now();
  const outcome = await step().catch((error) => ({ passed: 0, failed: 1, note: error.message }));
  const seconds = (performance.now() - started) / 1000;
  rows.push({ name, seconds, ...outcome });
  return seconds;
}

/** Starts a step now; the function returned waits for its end and then prints what it said. */
function startBehind(name) {
  const said = [];
  const ended = timed(name, () => STEPS[name]((text) => said.push(text)));
  const told = async () => {
    const seconds = await ended;
    console.log(`\n== ${name} (beside others, ${seconds.toFixed(0)} s)`);
    process.stdout.write(said.join(''));
  };
  return told;
}

const rows = [];
const began = performance.now();
try {
  // Little but downloads, and nothing of it needs the packages: it is waited for when its turn comes.
  const environment = wanted.includes('environment') ? startBehind('environment') : undefined;
  await ensurePackages();
  mkdirSync(results, { recursive: true });
  for (const [name, ...others] of groups) {
    if (together.has(name)) continue;
    if (name === 'environment') {
      await environment();
    } else {
      const behind = others.map(startBehind);
      console.log(`\n== ${name}`);
      await timed(name, () => STEPS[name]((text) => void process.stdout.write(text)));
      for (const told of behind) await told();
    }
    if (process.argv.includes('--bail') && rows.some(({ failed }) => failed > 0)) break;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  rows.push({ name: 'install', seconds: (performance.now() - began) / 1000, passed: 0, failed: 1 });
}

const place = ({ name }) => Object.keys(STEPS).indexOf(name);
rows.sort((a, b) => place(a) - place(b));
console.log('\n== summary');
for (const { name, seconds, passed, failed, note } of rows) {
  const state = failed > 0 ? 'FAILED' : 'ok';
  const numbers = `${String(passed).padStart(5)} passed ${String(failed).padStart(3)} failed`;
  console.log(
    `${name.padEnd(10)} ${state.padEnd(6)} ${numbers} ${seconds.toFixed(1).padStart(7)} s${note ? `  (${note})` : ''}`,
  );
}
const sum = (key) => rows.reduce((total, row) => total + (row[key] ?? 0), 0);
const totals = {
  passed: sum('passed'),
  failed: sum('failed'),
  skipped: sum('skipped'),
  seconds: (performance.now() - began) / 1000,
  steps: rows,
};
mkdirSync(results, { recursive: true });
writeFileSync(join(results, 'tests.json'), `${JSON.stringify(totals, null, 2)}\n`);
console.log(`${totals.seconds.toFixed(0)} s in all.`);
console.log(
  `${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`,
);
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0);
