/** Why a database cannot be asked at all, whatever the statement: place, cause and way out. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
}
