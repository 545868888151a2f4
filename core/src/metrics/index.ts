export { fBeta, numberNeededToRead, precision, recall } from './retrieval.ts';
