import { Command } from 'commander';
import { serveCommand } from './serve.ts';

/** `querent eutils`: a local service with the interfaces of PubMed and ClinicalTrials.gov. */
export function eutilsCommand(): Command {
  return new Command('eutils')
    .description('Answer as PubMed’s E-utilities and ClinicalTrials.gov do, from citations on this machine.')
    .addCommand(serveCommand());
}
