import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { byteText, describeFigure } from '@querent/core/channel';
import {
  askChannel,
  freeBytesAt,
  newestUsable,
  offerOf,
  pullOffer,
  readInstalled,
} from '../../../checkpoints/index.ts';
import type { Offer, Store } from '../../../checkpoints/index.ts';
import { badInput, note } from '../../../terminal/index.ts';
import {
  acting,
  gpuOption,
  idOf,
  neededChannel,
  printChange,
  storeFor,
  withChannelOptions,
} from './world.ts';
import type { ChannelOptions, RunChoice } from './world.ts';

interface PullCommandOptions extends ChannelOptions, RunChoice {
  readonly quantisation?: string;
  readonly yes?: boolean;
  readonly activate: boolean;
  readonly json?: boolean;
}

/** `querent models pull`. */
export function pullCommand(): Command {
  return withChannelOptions(new Command('pull'))
    .description(
      'Fetch a checkpoint from the channel, verify it, try it with one question, and make it the active one.',
    )
    .argument('[id]', 'name@version, or the version alone; by default the newest that can be used here')
    .option('--quantisation <q>', 'of several files the one with this quantisation: Q8_0, Q4_K_M ...')
    .option('--yes', 'fetch without asking')
    .option('--no-activate', 'install it, and leave active what is')
    .addOption(gpuOption())
    .option('--json', 'print {id, bytes, seconds, active, previous, message}')
    .addHelpText(
      'after',
      `
The size and the free space are shown before anything is fetched. Ctrl-C stops; the same command goes on where it was. What is active stays so until the
new one has answered. Exit code 2 where something is refused (signature, hash, a release that this version cannot use), 3 where fetching or the
self-test failed. Tokens come from the environment: QUERENT_CHANNEL_TOKEN for an address, HF_TOKEN for hf:.

Examples:
  querent models pull
  querent models pull 1.2.0 --quantisation Q4_K_M --yes
  querent models pull acme-publication-search@1.2.0 --channel https://models.example.org/search --key ed25519:...`,
    )
    .action(async (wanted: string | undefined, options: PullCommandOptions) => {
      const store = storeFor(options);
      const choice = await neededChannel(store, options);
      const started = performance.now();
      const offer = await acting(async ({ signal, onProgress }) => {
        onProgress?.({ phase: 'reading', doneBytes: 0, totalBytes: 0 });
        const signed = await askChannel(store.folder, choice.source, { key: choice.key, signal });
        const id =
          wanted === undefined ? newestUsable(store, signed.channel) : idOf(wanted, signed.channel.name);
        return offerOf(store, signed, id, options.quantisation);
      });
      await assertConsent(store, offer, choice.source.name, options.yes === true);
      const change = await acting((action) =>
        pullOffer(store, choice.source, offer, { ...action, activate: options.activate }),
      );
      const seconds = (performance.now() - started) / 1000;
      printChange(change, options.json, { id: offer.id, bytes: offer.file.bytes, seconds });
    });
}

/** Shows what would be fetched and asks, unless it is here already. @throws CliError where it is declined, or nobody can be asked */
async function assertConsent(
  store: Store,
  { id, file, release }: Offer,
  from: string,
  isGiven: boolean,
): Promise<void> {
  const here = await readInstalled(store.folder, id).catch(() => undefined);
  if (here?.file.sha256 === file.sha256) return;
  const free = await freeBytesAt(store.folder);
  const room = free === undefined ? '' : `; ${byteText(free)} free at ${store.folder}`;
  note(`${id}: ${file.quantisation}, ${byteText(file.bytes)} from ${from}${room}`);
  for (const figure of release.evaluation) note(`    ${describeFigure(figure)}`);
  if (isGiven) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw badInput('Nothing was fetched: nobody can be asked here whether to. Give --yes.');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`Fetch ${byteText(file.bytes)}? [y/N] `);
    if (!/^y(?:es)?$/i.test(answer.trim())) throw badInput('Nothing was fetched.');
  } finally {
    asking.close();
  }
}
