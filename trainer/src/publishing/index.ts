// Publishing: from exported files to a signed channel. The door for the command and for the last step of a run.
export { publishRelease } from './publish.ts';
export type { Published, PublishOptions } from './publish.ts';
export { parityRecord } from './exported.ts';
export type { ExportedFile, ExportedRelease } from './exported.ts';
export { decide, defaultGate, gateOf } from './gate.ts';
export type { GateResult, GateSettings, TrainedOn } from './gate.ts';
export { gateFigures, heldOutOf, releaseFigures } from './heldOut.ts';
export type { GateFigure, HeldOut, HeldOutContext } from './heldOut.ts';
export { readSigningKey } from './keys.ts';
export type { SigningKey } from './keys.ts';
export { trainedOn } from './trainedOn.ts';
