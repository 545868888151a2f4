/** What a channel may hold: far more than a team publishes, and little enough that a hostile one costs nothing to refuse. */
export const channelLimits = {
  /** Bytes of channel.json and of channel.json.sig. */
  channelBytes: 4 * 1024 * 1024,
  signatureBytes: 4096,
  releases: 500,
  filesOfRelease: 20,
  figuresOfRelease: 100,
  provenanceKeys: 100,
  /** Bytes of a model file: 1 TiB. */
  fileBytes: 2 ** 40,
  /** Characters of a path, a line, and the notes of a release. */
  pathLength: 200,
  lineLength: 1000,
  notesLength: 8000,
  /** Problems that are told of one file. */
  problems: 50,
} as const;
