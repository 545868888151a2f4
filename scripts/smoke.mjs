// The main job, done headlessly in the real workbench with the packaged extension: open the sample strategy, see the numbers,
// hover, rewrite, take a proposal, undo it, look at the records; then some scenes of the tour. Used by `node scripts/start.mjs --smoke`.
import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fetchModel } from './fetch-model.mjs';
import { root } from './lib/processes.mjs';
import { withSampleWorkbench } from './lib/sampleWorkbench.mjs';
import { playScenes, shortTour, tourFiles } from './tour.mjs';

/** Bytes that a picture in docs/images may have. */
const PICTURE_LIMIT = 300_000;

const PICTURES = ['smoke-hints', 'smoke-hover', 'smoke-proposals', 'smoke-accepted', 'smoke-records'];

/**
 * Runs it. Throws with the name of a picture when something is not as it should be.
 * @param {{updateScreenshots?: boolean, log?: (line: string) => void}} options
 */
export async function smoke({ updateScreenshots = false, log = console.log } = {}) {
  const machineSettings = { 'querent.model.path': await fetchModel(log) };
  const options = { name: 'smoke', files: tourFiles(shortTour), machineSettings, log };
  await withSampleWorkbench(options, async (bench, samples, page) => {
    await mainJob(bench, join(samples, 'falls.pubmed'), log);
    log('Scenes of the tour:');
    const failures = await playScenes(shortTour, { bench, page, samples, log });
    if (failures.length > 0) throw new Error(`Scenes failed:\n${failures.join('\n')}`);
  });
  if (updateScreenshots) keepPictures(log);
}

async function mainJob(bench, strategy, log) {
  const original = readFileSync(strategy, 'utf8');
  const lines = await bench.until(
    'numbers at the end of the lines',
    async () => {
      const drawn = await bench.numberedLines();
      return drawn.length === 4 && drawn.every((line) => /\d+ records?.*\d+\/12/.test(line)) && drawn;
    },
    60_000,
  );
  await bench.closeSecondarySideBar();
  log('Inlay hints:');
  lines.forEach((line) => log(`  ${line}`));
  await bench.picture('smoke-hints');

  const hover = await bench.hoverOver('accidental');
  if (!/\d+\s+records?/.test(hover)) throw new Error(`The hover tells no number of records: ${hover}`);
  log(`Hover: ${hover.replace(/\s+/g, ' ').slice(0, 300)}`);
  await bench.picture('smoke-hover');
  await bench.leave();

  await bench.clickLine('#4');
  await bench.command('Querent: Rewrite Strategy');
  const said = await bench.until(
    'the proposals',
    async () => {
      const text = await bench.proposalsText();
      // The page says so when it is complete.
      return /Proposal 1/.test(text) && /Rewrite Again/.test(text) && text;
    },
    300_000,
  );
  const rows = await bench.proposalRows();
  log('Proposals:');
  rows.forEach((row) => log(`  ${row.slice(0, 200)}`));
  await bench.picture('smoke-proposals');
  if (!rows.some((row) => /Built-in method/.test(row)))
    throw new Error('The table shows no measured proposal of the built-in method.');
  const isModels = /^Model \S+.*/m;
  let fromModel = rows.find((row) => /Model /.test(row));
  if (fromModel === undefined && /Rejected \(\d+\)/.test(said)) {
    await bench.pressInProposals('Rejected (');
    fromModel = isModels.exec(await bench.proposalsText())?.[0];
  }
  if (fromModel === undefined)
    throw new Error('The panel shows neither a proposal of the model nor a draft of it that was rejected.');
  log(`From the model: ${fromModel.slice(0, 300)}`);

  await bench.pressInProposals('Apply All');
  const saved = () => readFileSync(strategy, 'utf8');
  const accepted = await bench.until('the accepted proposal in the document', async () => {
    await bench.press('Control+s');
    return saved() !== original && saved();
  });
  if (!accepted.startsWith(original.slice(0, original.indexOf('// population')))) {
    throw new Error('The rewrite touched the front matter.');
  }
  log('Accepted: the document changed.');
  await bench.until('numbers on the new lines', async () =>
    (await bench.numberedLines()).some((line) => /\d+\/12/.test(line)),
  );
  await bench.picture('smoke-accepted');
  await bench.until('the document as it was, by undo', async () => {
    if (saved() === original) return true;
    await bench.press('Control+z');
    await bench.press('Control+s');
    return saved() === original;
  });
  log('Undone: the document is as it was.');

  await bench.clickLine('#4');
  await bench.command('Querent: Show Records Found');
  const records = await bench.until('the records', async () => {
    const shown = await bench.panelRows();
    return shown.some((row) => /seed/.test(row)) && shown;
  });
  log(`Records view: ${records.slice(0, 4).join(' | ').slice(0, 300)}`);
  await bench.picture('smoke-records');
}

/** The pictures of the user guide, checked for size. */
function keepPictures(log) {
  const target = join(root, 'docs/images');
  mkdirSync(target, { recursive: true });
  for (const name of PICTURES) {
    const from = join(root, 'test-results', `${name}.png`);
    const { size } = statSync(from);
    if (size > PICTURE_LIMIT)
      throw new Error(`${from} has ${size} bytes; docs/images takes ${PICTURE_LIMIT} at most.`);
    copyFileSync(from, join(target, `${name.replace('smoke-', '')}.png`));
    log(`docs/images/${name.replace('smoke-', '')}.png: ${(size / 1000).toFixed(0)} kB`);
  }
}
