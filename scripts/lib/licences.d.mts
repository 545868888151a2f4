export function isAccepted(expression: string): boolean;
export function thirdPartyNotices(folders: readonly string[]): { count: number; text: string };
