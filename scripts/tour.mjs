// A tour of the features as a user sees them: every scene does something in the real workbench with the packaged extension, checks what
// is to be seen, and takes the picture that the user guide shows. Used by `node scripts/start.mjs --tour`.
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fetchModel } from './fetch-model.mjs';
import { root } from './lib/processes.mjs';
import { withSampleWorkbench } from './lib/sampleWorkbench.mjs';
import { scenes } from './tour/scenes.mjs';
import { TourWindow } from './tour/window.mjs';

/** Bytes that a picture of the guide may have. */
const PICTURE_LIMIT = 200_000;

/** Wide enough for a strategy's line, narrow enough to be read in a page; high, since hovers may take a quarter of it. */
const SIZE = [1000, 1100];

/** Settings of a window that shows the editor and nothing beside it. */
const SETTINGS = {
  'breadcrumbs.enabled': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'editor.hover.above': false,
  'editor.hover.delay': 200,
  'editor.scrollbar.vertical': 'hidden',
  'editor.overviewRulerBorder': false,
  'editor.guides.indentation': false,
  'explorer.autoReveal': false,
  'files.hotExit': 'off',
  'files.autoSave': 'off',
};

/** Settings of the machine, which a scene may have otherwise. */
const MACHINE = { 'querent.codeLens.enabled': false };

const picturePath = (name) => join(root, 'test-results', `tour-${name}.png`);

/** The text of a scene without its marks, and the place that they mark: `¦` a cursor, `«` and `»` a selection. */
function marked(text) {
  const at = text.search(/[¦«]/);
  const before = text.slice(0, Math.max(at, 0)).split('\n');
  const length = text.includes('«') ? text.indexOf('»') - at - 1 : 0;
  const place = at < 0 ? undefined : { line: before.length, column: before.at(-1).length + 1, length };
  return { text: text.replace(/[¦«»]/g, ''), place };
}

const fileOf = (scene) => scene.file ?? `${scene.name}.${scene.kind ?? 'pubmed'}`;

/**
 * Runs it. Throws with all scenes that did not show what they should.
 * @param {{updateScreenshots?: boolean, only?: string, log?: (line: string) => void}} options `only`: parts of names of scenes, with commas between
 */
export async function tour({ updateScreenshots = false, only, log = console.log } = {}) {
  const chosen = only
    ? scenes.filter(({ name }) => only.split(',').some((part) => name.includes(part)))
    : scenes;
  if (chosen.length === 0) throw new Error(`No scene is named like ${only}.`);
  const files = tourFiles(chosen);
  let failures = [];
  const model = chosen.some(({ needsModel }) => needsModel)
    ? { 'querent.model.path': await fetchModel(log), 'querent.model.samples': 2 }
    : {};
  const options = {
    ...{ name: 'tour', settings: SETTINGS, machineSettings: MACHINE },
    ...{ files, opened: 'README.md', log },
  };
  await withSampleWorkbench(options, async (bench, samples, page, write) => {
    const setMachine = (settings) => write({ ...MACHINE, ...settings });
    await bench.until('the workbench', () => page.locator('.tab.active').isVisible(), 60_000);
    await bench.closeSecondarySideBar();
    // The workbench takes the keys away while it arranges its parts.
    await page.waitForTimeout(3000);
    await bench.closeSecondarySideBar();
    await bench.press('Control+b');
    const prepare = ({ needsModel, settings, keepsMachine }) => {
      if (!keepsMachine) setMachine({ ...(needsModel ? model : {}), ...settings });
    };
    failures = await playScenes(chosen, { bench, page, samples, log, prepare, setMachine });
  });
  if (failures.length > 0)
    throw new Error(`${failures.length} of ${chosen.length} scenes failed:\n${failures.join('\n')}`);
  if (updateScreenshots) keepPictures(chosen, log);
}

/** The files of scenes that have a text of their own, by their path in the workspace. */
export function tourFiles(chosen) {
  const own = chosen.filter(({ text }) => text !== undefined);
  return Object.fromEntries(own.map((scene) => [`tour/${fileOf(scene)}`, marked(scene.text).text]));
}

/** The scenes that the smoke run plays, too. */
export const shortTour = scenes.filter(({ isShort }) => isShort);

/**
 * Plays scenes in an open window, one after the other; pictures in test-results/.
 * @returns {Promise<string[]>} what did not show what it should, a line each
 */
export async function playScenes(chosen, { bench, page, samples, log, prepare, setMachine }) {
  const failures = [];
  const window = new TourWindow(page, bench, setMachine);
  await window.close();
  for (const scene of chosen) {
    const started = performance.now();
    prepare?.(scene);
    try {
      await play(scene, window, samples);
      log(`  ${scene.name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    } catch (error) {
      failures.push(`${scene.name}: ${error.message}`);
      log(`  ${scene.name}: FAILED. ${error.message}`);
      await window.picture(picturePath(`${scene.name}-failed`)).catch(() => {});
    }
    await window.clearNotifications();
    await scene.leave?.(window)?.catch?.((error) => failures.push(`${scene.name}, left: ${error.message}`));
    await window.close();
  }
  return failures;
}

/** How long one try may take, and tries: a server that has just started answers some things only when asked again. */
const PATIENCE_MS = 6000;
const TRIES = 4;

async function play(scene, window, samples) {
  await window.resize(scene.size ?? SIZE);
  await window.leave();
  await window.open(fileOf(scene));
  const place = scene.at ?? (scene.text === undefined ? undefined : marked(scene.text).place);
  let unseen = [];
  const tries = scene.once ? 1 : TRIES;
  for (let left = tries; left > 0; left--) {
    if (place) await window.goTo(place);
    if (scene.settle) await window.wait(scene.settle);
    await scene.act?.(window, samples);
    unseen = await watch(scene, window, scene.once ? PATIENCE_MS * 3 : PATIENCE_MS);
    if (unseen.length === 0) break;
    await window.press('Escape', 'Escape');
  }
  if (unseen.length > 0) throw new Error(unseen.join('; '));
  const places = scene.shows ?? ['lines', ...Object.keys(scene.sees)];
  await window.picture(picturePath(scene.name), await window.frameOf(places));
}

/** Waits until all that the scene promises is there; what is missing otherwise. */
async function watch({ sees }, window, limitMs) {
  const end = Date.now() + limitMs;
  for (;;) {
    const unseen = [];
    for (const [place, expected] of Object.entries(sees)) {
      const text = await window.textOf(place);
      for (const pattern of [expected].flat())
        if (!pattern.test(text)) unseen.push(`${place} does not show ${pattern} but: ${text.slice(0, 700)}`);
    }
    if (unseen.length === 0 || Date.now() > end) return unseen;
    await window.wait(150);
  }
}

/** The pictures of the user guide, checked for size. */
function keepPictures(chosen, log) {
  const target = join(root, 'docs/images/guide');
  mkdirSync(target, { recursive: true });
  for (const { name } of chosen.filter(({ isTestOnly }) => !isTestOnly)) {
    const from = picturePath(name);
    const { size } = statSync(from);
    if (size > PICTURE_LIMIT)
      throw new Error(`${from} has ${size} bytes; a picture takes ${PICTURE_LIMIT} at most.`);
    copyFileSync(from, join(target, `${name}.png`));
    log(`docs/images/guide/${name}.png: ${(size / 1000).toFixed(0)} kB`);
  }
}
