export { looksLikeOvid } from './looksLikeOvid.ts';
