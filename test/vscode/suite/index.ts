/** The suite that runs inside VS Code's extension host. Bundled to dist-test/index.js; VS Code calls `run`. */
import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';
import { leaveWindow } from './panel.ts';

/** Writes one JSON line to the file that the runner outside reads; a suite that dies has still told how far it came. */
function tell(event: object): void {
  const file = process.env.QUERENT_TEST_EVENTS;
  if (file) appendFileSync(file, `${JSON.stringify(event)}\n`);
}

/** Runs every test; rejects when one failed, which makes VS Code exit with 1. */
export async function run(): Promise<void> {
  const grep = process.env.QUERENT_TEST_GREP;
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, forbidOnly: true, ...(grep ? { grep } : {}) });
  mocha.reporter(class extends Mocha.reporters.Base {});
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, '', mocha);
  await import('./activation.ts');
  await import('./language.ts');
  await import('./completion.ts');
  await import('./measurement.ts');
  await import('./records.ts');
  await import('./reports.ts');
  await import('./editing.ts');
  await import('./editors.ts');
  await import('./library.ts');
  await import('./ranked.ts');
  await import('./ovid.ts');
  await import('./rewrite.ts');
  await import('./proposals.ts');
  await import('./assistant.ts');
  await import('./searchFiles.ts');
  await import('./sqlResults.ts');
  await import('./sqlAssistant.ts');
  await import('./live.ts');
  await import('./badInput.ts');
  await import('./training.ts');
  await import('./checkpoints.ts');
  // The runner trains beforehand, where there is Python for it; it says so where there is none.
  if (process.env.QUERENT_TEST_TRAINED_RUNS) await import('./closingTheLoop.ts');
  await import('./model.ts');
  await import('./server.ts');
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    tell({ state: 'start', total: runner.total });
    runner.on('pass', (test) => tell({ state: 'passed', title: test.fullTitle(), ms: test.duration ?? 0 }));
    runner.on('pending', (test) => tell({ state: 'pending', title: test.fullTitle() }));
    runner.on('fail', (test, error: Error) =>
      tell({ state: 'failed', title: test.fullTitle(), error: error.stack ?? error.message }),
    );
  });
  await leaveWindow();
  tell({ state: 'end' });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
