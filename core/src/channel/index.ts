export type {
  Channel,
  ChannelSignature,
  EvaluationFigure,
  GateRecord,
  ParityRecord,
  Release,
  ReleaseFile,
} from './channel.ts';
export { channelLimits } from './limits.ts';
export { pathFault } from './paths.ts';
export { describeProblems, readChannel, readSignature } from './read.ts';
export type { ChannelProblem, Reading } from './read.ts';
export { channelSchemaVersion, releaseSchema } from './schema.ts';
export { compareVersions, isVersion, nextMinor } from './versions.ts';
export { writeChannel, writeSignature } from './write.ts';
export { keyIdOf, readPublicKey, signedBytes, writePublicKey } from './signing.ts';
export { chooseFile, chooseRelease, memoryNeeded, refusalOf } from './choose.ts';
export type { FileChoice, FileWish, ReleaseChoice, Wanted } from './choose.ts';
export {
  byteText,
  describeFigure,
  describeFile,
  describeGate,
  describeParity,
  figureNumber,
  figureTitle,
} from './words.ts';
