import { Command } from 'commander';

/** `querent lsp`. */
export function lspCommand(): Command {
  return new Command('lsp')
    .description('Run the language server for editors other than VS Code.')
    .option('--stdio', 'talk over standard input and output')
    .option('--node-ipc', 'talk over the channel of the Node process that started this one')
    .option('--socket <port>', 'talk over a socket to this port')
    .addHelpText('after', "\nExample (in an editor's configuration):\n  querent lsp --stdio")
    .action(async (options: { stdio?: boolean; nodeIpc?: boolean; socket?: string }) => {
      // The connection reads its transport from the arguments of the process; standard input and output is the default here.
      if (options.stdio !== true && options.nodeIpc !== true && options.socket === undefined)
        process.argv.push('--stdio');
      await import('../../lsp/main.ts');
      // The server ends the process itself when its client says so or goes away.
      await new Promise(() => undefined);
    });
}
