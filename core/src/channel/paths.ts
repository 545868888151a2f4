import { channelLimits } from './limits.ts';

/** What every file system and every address takes as it is: nothing in it is escaped, decoded or folded. */
const segment = /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/u;
/** Names that Windows keeps for devices, whatever stands behind their dot. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;

/**
 * Why a file of a channel may not have this path, as the end of a sentence; undefined where it may. Paths are relative to channel.json, with `/`,
 * and cannot lead out of its folder on any system.
 */
export function pathFault(path: string): string | undefined {
  if (path === '') return 'is empty; write a path such as 1.0.0/model-Q8_0.gguf';
  if (path.length > channelLimits.pathLength)
    return `is longer than ${channelLimits.pathLength} characters; use shorter names`;
  if (/[\u0000-\u001f\u007f-\u009f]/u.test(path))
    return 'holds control characters; use letters, digits, `.`, `_` and `-`';
  if (/^[A-Za-z]:(?!\/\/)/u.test(path))
    return 'begins with a drive letter; write it relative to channel.json';
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/u.test(path) || path.startsWith('//'))
    return 'is an address; files lie beside channel.json, so write a path relative to it';
  if (path.includes('\\')) return 'holds a backslash; write `/` between folders';
  if (path.startsWith('/')) return 'is absolute; write it relative to channel.json';
  const segments = path.split('/');
  if (segments.some((each) => each === '..' || each === '.'))
    return 'holds `.` or `..` as a folder; write the path without them';
  if (segments.includes('')) return 'has an empty part between or after slashes; write the name of a file';
  const odd = segments.find((each) => !segment.test(each) || each.endsWith('.') || device.test(each));
  if (odd !== undefined)
    return 'has a part that not every system can store; use letters, digits, `.`, `_`, `+` and `-`, with a letter, digit or `_` first';
  if (/^channel\.json(?:\.sig)?(?:\/|$)/iu.test(path))
    return 'is the place of the channel itself; choose another name';
  return undefined;
}
