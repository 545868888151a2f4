// The door: live databases as the editor, the commands and the trainer ask them, and what they answered.
export { answerStore } from './answerStore.ts';
export { countHistory, countSteps, previousCount } from './countHistory.ts';
export type { CountHistory, CountRecord } from './countHistory.ts';
export { liveFolder, openLivePubMed } from './openLive.ts';
export { openLiveTrials } from './openTrials.ts';
export { rememberedEngine } from './rememberedEngine.ts';
