// Scenes of live search. What answers is the local service over the invented records of the samples; nothing is sent anywhere else.
import { join } from 'node:path';
import { startEutilsService } from '../lib/eutilsService.mjs';

let service;

/** Starts the service once a run, and has this machine ask it instead of NCBI. It ends with the run. */
async function askService(window, samples) {
  if (service !== undefined) return;
  service = await startEutilsService({
    corpus: join(samples, 'citations.jsonl'),
    mesh: join(samples, 'thesaurus.jsonl'),
  });
  window.setMachine({ 'querent.live.eutilsAddress': service.url });
  await window.wait(1500);
}

const text = `---
title: Exercise for preventing falls in older people
database: pubmed
seeds: [90000001, 90000004, 90000007, 90000010, 90000013, 90000016, 90000019, 90000022]
---
// population
#1 elderly[tiab] OR older[tiab] OR senior*[tiab]
// intervention
#2 "exercise therapy"[mh] OR "tai chi"[tiab] OR ¦exercise*[tiab]
// outcome
#3 "accidental falls"[mh] OR falls[tiab]
// the strategy
#4 #1 AND #2 AND #3
`;

/** All four lines have numbers. */
const measured = async (window) => ((await window.textOf('lines')).match(/\d records?/g) ?? []).length >= 4;

async function measure(window, samples) {
  await askService(window, samples);
  await window.command('Querent: Measure Strategy');
  await window.bench.until('numbers at all lines', () => measured(window), 20_000).catch(() => {});
}

/** @type {readonly object[]} */
export const liveSearch = [
  {
    name: 'live-hover',
    text,
    size: [1100, 760],
    keepsMachine: true,
    once: true,
    act: async (window, samples) => {
      await measure(window, samples);
      await window.wait(500);
      await window.hover();
    },
    sees: {
      lines: [/\d of 8 seeds|\d\/8 seeds/, /\d+ records/],
      hover: [/\d+ records?/, /PubMed/],
    },
    shows: ['window'],
  },
  {
    name: 'live-records',
    text,
    size: [1200, 860],
    keepsMachine: true,
    once: true,
    act: async (window, samples) => {
      await measure(window, samples);
      await window.command('Querent: Show Records Found');
    },
    sees: { '.part.panel': [/Missed seeds/, /Found seeds/, /Found/, /Measured in PubMed/] },
    shows: ['window'],
    leave: (window) => window.press('Control+j'),
  },
  {
    name: 'seeds-diagnosed',
    text,
    size: [1500, 1080],
    keepsMachine: true,
    once: true,
    act: async (window, samples) => {
      await measure(window, samples);
      await window.command('Querent: Diagnose Missed Seeds');
    },
    sees: { page: [/seeds are missed/, /What loses them/, /What to do/] },
    shows: ['page'],
  },
  {
    name: 'may-miss',
    text,
    size: [1500, 960],
    keepsMachine: true,
    once: true,
    act: async (window, samples) => {
      await measure(window, samples);
      await window.command('Querent: Estimate What Strategy Misses');
    },
    sees: { page: [/What the strategy may miss/, /95 % interval|nothing can be estimated/] },
    shows: ['page'],
  },
  {
    name: 'count-history',
    isTestOnly: true,
    text,
    size: [1200, 700],
    keepsMachine: true,
    once: true,
    act: async (window, samples) => {
      await measure(window, samples);
      await window.wait(1000);
      await window.command('Querent: Show Count History');
    },
    sees: { page: [/Count history/, /Line #4/] },
    shows: ['page'],
  },
  {
    name: 'export-formats',
    isTestOnly: true,
    text,
    size: [1100, 500],
    keepsMachine: true,
    once: true,
    act: async (window, samples) => {
      await askService(window, samples);
      await window.command('Querent: Export Records Found…');
    },
    sees: { quickInput: [/nbib/, /RIS/, /CSV/] },
    shows: ['window'],
    leave: (window) => window.press('Escape'),
  },
];
