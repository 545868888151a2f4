import { access, constants, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { openCitations } from '@querent/server/library';
import { badInput, EXIT, note, print, printJson } from '@querent/server/terminal';
import { leakageOf } from '../../datasets/build.ts';
import { leakage, leakageText } from '../../datasets/leakage.ts';
import { loadParts } from '../../datasets/loadParts.ts';
import type { Part } from '../../datasets/loadParts.ts';
import { statisticsOf, statisticsText } from '../../datasets/statistics.ts';
import { statisticsPage } from '../../datasets/statisticsPage.ts';
import { addDatasetBuild } from './datasetBuild.ts';

/** `querent-trainer dataset` */
export function addDataset(program: Command): void {
  const dataset = program
    .command('dataset')
    .description('build datasets that do not leak, and look into them');
  addDatasetBuild(dataset);
  dataset
    .command('stats <path...>')
    .description('topics, relevant records, dates and lengths of prompts, by part and source')
    .option('--corpus <library>', 'citation library or file: counts relevant records that it does not hold')
    .option('--html <file>', 'write a page with histograms')
    .option('--json', 'print the statistics as one JSON document')
    .action(stats);
  dataset
    .command('leakage <train> [test]')
    .description('what of a test can be seen in train: two files, or the parts of one dataset')
    .option('--json', 'print {isLeaking, reports: [...]}')
    .addHelpText('after', '\nExit code 0: nothing leaks. 1: something does.')
    .action(leakageCommand);
}

async function stats(
  paths: readonly string[],
  options: { readonly corpus?: string; readonly html?: string; readonly json?: true },
): Promise<void> {
  if (options.html !== undefined) await checkPage(options.html);
  const parts: Part[] = [];
  for (const path of paths) parts.push(...(await loadParts(path)));
  tellFaults(parts);
  const topics = parts.flatMap((part) => part.topics);
  const library = options.corpus === undefined ? undefined : (await openCitations(options.corpus)).engine;
  try {
    const isKnown = library && ((id: string): boolean => library.index.docOf(id) !== undefined);
    const statistics = statisticsOf(topics, isKnown);
    if (options.html !== undefined) {
      const title = `Dataset ${paths.map((path) => basename(path)).join(', ')}`;
      await writeFile(options.html, statisticsPage(title, statistics, topics));
    }
    if (options.json === true) printJson(statistics);
    else process.stdout.write(statisticsText(statistics));
  } finally {
    await library?.close();
  }
}

/** What cannot be written is told now, not after everything was read. */
async function checkPage(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory() === true) throw badInput(`--html ${file} is a folder. Name a file.`);
  await access(there === undefined ? dirname(resolve(file)) : file, constants.W_OK).catch(() => {
    throw badInput(
      `--html ${file} cannot be written. Name a file in a folder that is there and can be written.`,
    );
  });
}

async function leakageCommand(
  train: string,
  test: string | undefined,
  options: { readonly json?: true },
): Promise<void> {
  const first = await loadParts(train);
  const reports =
    test === undefined
      ? withinDataset(train, first)
      : [leakage(joined(first), joined(await loadParts(test)))];
  tellFaults(first);
  const isLeaking = reports.some((report) => report.isLeaking);
  if (options.json === true) printJson({ isLeaking, reports });
  else print(...reports.map((report) => leakageText(report).trimEnd()));
  process.exitCode = isLeaking ? EXIT.findings : EXIT.fine;
}

function withinDataset(path: string, parts: readonly Part[]) {
  if (parts.length < 2)
    throw badInput(`${path} is one file. Name a second one to compare it with, or the folder of a dataset.`);
  const [train = [], validation = [], test = []] = parts.map(({ topics }) =>
    topics.map(({ topic }) => topic),
  );
  return leakageOf({ train, validation, test });
}

function joined(parts: readonly Part[]) {
  return {
    name: parts.map(({ name }) => name).join(' + '),
    topics: parts.flatMap(({ topics }) => topics.map(({ topic }) => topic)),
  };
}

function tellFaults(parts: readonly Part[]): void {
  for (const { name, excluded, firstFault } of parts)
    if (excluded > 0) note(`${name}: ${excluded} rows could not be read. The first: ${firstFault}`);
}
