import type { Feature } from '../../services.ts';
import { previewRequest } from './preview.ts';

/** Querent's own requests about documents of SQL (`sqlProtocol.ts`); a new one is a file and a line here. */
export const sqlRequests: readonly Feature[] = [previewRequest];
