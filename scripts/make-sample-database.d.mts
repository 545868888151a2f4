export function sampleDatabase(): Promise<Uint8Array>;
