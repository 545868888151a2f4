import type { SqlSchema } from '@querent/core/sqlSchema';
import type { Services } from '../services.ts';
import { withPatience } from '../withPatience.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';

/** Milliseconds that a request waits for a database that is being opened; after that it answers with what is known without it. */
const patienceMs = 300;

/** The schema of a document's database, waited for a little where it is being opened. Undefined: there is none, or not yet. */
export async function schemaSoon(
  { sql: { databases } }: Services,
  document: OpenSqlDocument,
): Promise<SqlSchema | undefined> {
  if (isOpening(databases, document)) await withPatience([databases.settled(document)], patienceMs);
  return databases.schema(document);
}

/** Whether more will be known of a document's database soon. */
export function isOpening(databases: Services['sql']['databases'], document: OpenSqlDocument): boolean {
  return databases.state(document).kind === 'opening';
}
