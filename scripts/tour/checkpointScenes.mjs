// Scenes of checkpoints: the view, and the question before anything is fetched. The channel is a folder with an invented model.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { developmentNode, mustRun, root } from '../lib/processes.mjs';

/** Makes the channel once a run, and sets it for this machine. */
async function useChannel(window, samples) {
  const folder = join(samples, 'channel');
  if (existsSync(join(folder, 'channel.json'))) return;
  const args = [join(root, 'test/tour/channel.ts'), folder];
  const said = await mustRun('Making a channel', developmentNode(), args, { timeoutMs: 60_000 });
  window.setMachine({
    'querent.model.channel': folder,
    'querent.model.channelKey': said.trim().split('\n').at(-1),
  });
}

const listed = async (window) => /acme-publication-search 2\.0\.0/.test(await window.textOf('checkpoints'));

/** @type {readonly object[]} */
export const checkpoints = [
  {
    name: 'checkpoint-consent',
    file: 'falls.pubmed',
    size: [1200, 860],
    keepsMachine: true,
    once: true,
    act: async (window, samples) => {
      await useChannel(window, samples);
      await window.wait(1500);
      await window.command('Querent: Update Model…');
    },
    sees: {
      dialog: [
        /Download and use acme-publication-search 2\.0\.0/,
        /are free on the disk/,
        /recall 67\.0 %/,
        /licence Apache-2\.0/,
      ],
    },
    shows: ['window'],
    leave: (window) => window.press('Escape'),
  },
  {
    name: 'checkpoints',
    file: 'falls.pubmed',
    size: [1200, 760],
    keepsMachine: true,
    once: true,
    act: async (window, samples) => {
      await useChannel(window, samples);
      await window.command('Querent: Show Checkpoints');
      await window.bench.until('the checkpoints', () => listed(window), 20_000).catch(() => {});
      await window.page.locator('.part.panel .monaco-list-row').first().click();
    },
    sees: {
      checkpoints: [/acme-publication-search 2\.0\.0/, /not fetched/, /Recall 67\.0 %/, /Release notes/],
    },
    shows: ['window'],
    leave: (window) => window.press('Control+j'),
  },
];
