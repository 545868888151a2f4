export function listingFaults(files: readonly string[], bytes: number): string[];
