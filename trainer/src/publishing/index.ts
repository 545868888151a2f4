// Publishing: from exported files to a signed channel. The door for the last step of a run; the command is in command.ts.
export { publishRelease } from './publish.ts';
export type { Published } from './publish.ts';
export { parityRecord } from './exported.ts';
export type { ExportedRelease } from './exported.ts';
export { gateOf } from './gate.ts';
export { gateFigureTitles, heldOutOf, releaseFigures } from './heldOut.ts';
export type { HeldOut } from './heldOut.ts';
export { readSigningKey } from './keys.ts';
export { trainedOn } from './trainedOn.ts';
