// What commands print and how they end; the door for the trainer's command, which is held to the same.
export { badInput, CliError, EXIT } from './exit.ts';
export { note, print, printJson } from './output.ts';
