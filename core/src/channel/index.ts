export type {
  Channel,
  ChannelSignature,
  EvaluationFigure,
  GateRecord,
  ParityRecord,
  Release,
  ReleaseFile,
} from './channel.ts';
