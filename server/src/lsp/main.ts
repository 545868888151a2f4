// Entry of the language server: `server.cjs --stdio | --node-ipc | --socket=N`, as vscode-languageserver reads its arguments.
import { createConnection } from 'vscode-languageserver/node';
import { describe } from './runSafe.ts';
import { startServer } from './server.ts';

const connection = createConnection();

// One broken request must not take the others with it: what slips through is logged, and the server goes on.
process.on('uncaughtException', (error) => report('Uncaught exception', error));
process.on('unhandledRejection', (error) => report('Unhandled rejection', error));

startServer(connection);

function report(kind: string, error: unknown): void {
  const text = `${kind}: ${describe(error)}`;
  try {
    connection.console.error(text);
  } catch {
    process.stderr.write(`${text}\n`);
  }
}
