export function writeTrainingRun(
  folder: string,
  options?: { readonly done?: number; readonly steps?: number; readonly finished?: boolean },
): void;
export function writeNextStep(
  folder: string,
  next: number,
  options?: { readonly steps?: number; readonly torn?: boolean },
): string;
