// verl, for more than one GPU: what it is told, whether it is there, how it is started and followed.
export { chooseEngine } from './chooseEngine.ts';
export type { EngineChoice } from './chooseEngine.ts';
export { verlCommand } from './command.ts';
export type { VerlCommand, VerlCommandPaths } from './command.ts';
export { shellCommand, shellQuoted } from './hydra.ts';
export { trainVerl } from './train.ts';
