import type { Channel } from './channel.ts';
import type { ChannelProblem } from './read.ts';

/** What is wrong between parts of a channel that are right by themselves. */
export function consistencyProblems({ releases }: Channel): readonly ChannelProblem[] {
  const problems: ChannelProblem[] = [];
  const add = (place: string, fault: string): void => {
    problems.push({ code: 'bad-value', place, message: `channel.json: ${place} ${fault}.` });
  };
  const versions = new Map<string, number>();
  // By the name in lower case: two such files are one on Windows and macOS.
  const files = new Map<string, { readonly place: string; readonly identity: string }>();
  const models = new Set(
    releases.flatMap((release) =>
      release.files.flatMap((each) => (each.kind === 'model' ? [each.sha256] : [])),
    ),
  );
  releases.forEach(({ version, files: own }, at) => {
    const before = versions.get(version);
    if (before !== undefined)
      add(
        `releases[${at}].version`,
        `is ${version}, as that of releases[${before}]; each version is published once`,
      );
    else versions.set(version, at);
    own.forEach(({ path, bytes, sha256, base }, index) => {
      const place = `releases[${at}].files[${index}]`;
      const identity = `${path} ${bytes} ${sha256}`;
      const other = files.get(path.toLowerCase());
      if (other === undefined) files.set(path.toLowerCase(), { place, identity });
      else if (other.identity !== identity)
        add(
          `${place}.path`,
          `is that of ${other.place}, which is another file; give each file a path of its own`,
        );
      if (base !== undefined && !models.has(base))
        add(
          `${place}.base`,
          'is the hash of no model file in this channel; list the model that the adapter belongs to',
        );
    });
  });
  return problems;
}
