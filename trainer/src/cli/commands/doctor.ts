import type { Command } from 'commander';
import { EXIT } from '@querent/server/terminal';
import { diagnose, formatDiagnosis } from '../../doctor/doctor.ts';
import { probePython } from '../../doctor/pythonProbe.ts';

/** `querent-trainer doctor` */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('look at what training needs on this machine, and say what to do about what is missing')
    .option('--json', 'print {ok, checks: [{name, ok, required, detail, fix}]} and nothing else')
    .option(
      '--python <path>',
      'the Python to look at (default: QUERENT_PYTHON, else the first on the PATH that is new enough)',
    )
    .addHelpText('after', '\nExit code 0: everything that training needs is there. 1: something is missing.')
    .action(async (options: { json?: boolean; python?: string }) => {
      const wanted = options.python ?? process.env['QUERENT_PYTHON'];
      const python = await probePython(wanted === '' ? undefined : wanted, process.env);
      const diagnosis = await diagnose({
        environment: process.env,
        nodeVersion: process.versions.node,
        python,
        folder: process.cwd(),
      });
      process.stdout.write(
        options.json === true ? `${JSON.stringify(diagnosis)}\n` : formatDiagnosis(diagnosis),
      );
      process.exitCode = diagnosis.ok ? EXIT.fine : EXIT.findings;
    });
}
