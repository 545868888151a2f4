import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { isVersion } from '@querent/core/channel';
import { makeKeys, publishFolder, verifyTarget } from '../../publishing/command.ts';
import type { KeysOptions, PublishFolderOptions, VerifyOptions } from '../../publishing/command.ts';
import { wholeNumber } from '../options.ts';

/** `querent-trainer publish` and its parts `keys` and `verify` */
export function addPublish(program: Command): void {
  const command = program
    .command('publish')
    .description('hold a release against the current one, sign it, and put it where editors pull it')
    .argument('<folder>', 'folder of a run, or of an export (export.json)')
    .option(
      '--to <place>',
      'a folder, https://host/folder/ (PUT), or hf:owner/name; of a run: what its plan says',
    )
    .addOption(
      new Option('--channel <channel>', 'default: what the plan says, else preview').choices([
        'stable',
        'preview',
      ]),
    )
    .option('--name <name>', 'of the model in the channel; default: what the plan says')
    .option('--version <version>', 'semantic version, or auto: the next one', versionOption)
    .option('--notes <text>', 'for people, a few sentences')
    .option('--minimum-extension <version>', 'oldest version of Querent that may use it', versionOption)
    .option('--key <file>', 'file of the signing key; else QUERENT_SIGNING_KEY (PEM or path)')
    .option(
      '--evaluation <path>',
      'what it did on the held-out topics: folder of evaluate --out, or what evaluate --json printed; of a run: its own',
    )
    .option('--rewriter <name>', 'the system of the evaluation that is published, where there are several')
    .option(
      '--against <path>',
      'evaluation of the current release, where the channel has none or it is of other topics',
    )
    .option(
      '--trained-on <paths...>',
      'what it was trained on, to see that held-out topics were not: datasets or topics; none for a model that was not trained; of a run: its own',
    )
    .option(
      '--topics <file>',
      'file of the held-out topics, so that records shared with training are seen, too',
    )
    .option('--quantisation <names...>', 'of the exported files; default: that of the plan, else all')
    .option('--base-model <name>', 'of what it was trained from, for people')
    .option('--licence <id>', 'of the base model, where the export does not say it')
    .addOption(
      new Option(
        '--figure <figure>',
        'on which it must be better; recall: 0 for what finds more than the budget',
      ).choices(['recall', 'f3', 'reward']),
    )
    .option('--significance <p>', 'one-sided p must be below; default 0.05', probability)
    .option('--minimum-topics <n>', 'fewest held-out topics; default 10', wholeNumber(1, 100_000))
    .option('--keep <n>', 'so many releases stay; files of older ones are removed', wholeNumber(1, 500))
    .option('--new-key', 'go on with a channel that another key signed')
    .option('--force', 'publish although the gate refuses; with --reason')
    .option('--reason <text>', 'why; it is published with the release')
    .option('--dry-run', 'do all but write')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
The gate: on the same held-out topics, none of which was trained on, the release must be better than the newest of the channel by a paired randomisation
test, and not significantly worse in the second figure. A first release is held against zero-shot or deterministic, where they were evaluated.

Secrets come from the environment: QUERENT_SIGNING_KEY, QUERENT_CHANNEL_TOKEN (bearer token for PUT), HF_TOKEN.

Exit code 0: published. 1: refused by the gate, or verify found something. 2: bad usage or input. 3: the place failed, or somebody else published meanwhile.

Examples:
  querent-trainer publish keys --out ~/acme-channel.pem
  querent-trainer publish runs/7 --to /srv/channel --channel stable --key ~/acme-channel.pem
  querent-trainer publish verify https://models.example.org/acme/ --public-key ed25519:...`,
    )
    .action(async (folder: string, options: PublishFolderOptions) => publishFolder(folder, options));
  command
    .command('keys')
    .description('make a key pair that signs channels; prints the public half')
    .requiredOption(
      '--out <file>',
      'where the private key is written, for its owner only; never over another file',
    )
    .option('--json', 'print one JSON document')
    .action(async (options: KeysOptions) => makeKeys(options));
  command
    .command('verify')
    .description('read a channel as editors do: form, signature, size and hash of every file')
    .argument('<channel>', 'a folder, https://host/folder/, or hf:owner/name')
    .requiredOption('--public-key <key>', 'ed25519:..., as publish keys printed it')
    .option('--without-files', 'form and signature only')
    .option('--json', 'print one JSON document')
    .action(async (channel: string, options: VerifyOptions) => verifyTarget(channel, options));
}

function versionOption(text: string): string {
  if (text === 'auto' || isVersion(text)) return text;
  throw new InvalidArgumentError('It must be a semantic version such as 1.2.0.');
}

function probability(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 0.5) return value;
  throw new InvalidArgumentError('It must be above 0 and at most 0.5.');
}
