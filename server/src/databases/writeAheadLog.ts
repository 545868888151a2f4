/**
 * SQLite's log of a database in WAL mode, by https://www.sqlite.org/fileformat2.html, 4 (version 3007000), as SQLite itself recovers it
 * (`walIndexRecover` in `wal.c`). All numbers are big-endian but, in one of two variants, the words that checksums are computed of.
 */
const headerBytes = 32;
const frameHeaderBytes = 24;
const magic = 0x377f0682;
const version = 3_007_000;

/**
 * A database with the transactions of its log put in that were committed. Pages behind the last commit are of a transaction that is still going on
 * or was given up, pages behind a wrong checksum are left over from before: neither counts. A log that cannot be one is as none.
 * @param data the file; a new copy is returned where its size changes
 */
export function withLog(data: Uint8Array, log: Uint8Array): Uint8Array {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  if (log.length < headerBytes) return data;
  const kind = view.getUint32(0);
  const pageBytes = view.getUint32(8);
  if ((kind & ~1) >>> 0 !== magic || view.getUint32(4) !== version) return data;
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) return data;
  const isLittleEndian = (kind & 1) === 0;
  let sum = checksum(view, 0, 24, [0, 0], isLittleEndian);
  if (sum[0] !== view.getUint32(24) || sum[1] !== view.getUint32(28)) return data;

  /** Where pages of the transaction at hand are in the log, and of all that were committed. */
  const pending = new Map<number, number>();
  const committed = new Map<number, number>();
  let pages = 0;
  for (
    let at = headerBytes;
    at + frameHeaderBytes + pageBytes <= log.length;
    at += frameHeaderBytes + pageBytes
  ) {
    const page = view.getUint32(at);
    const isOfThisLog =
      view.getUint32(at + 8) === view.getUint32(16) && view.getUint32(at + 12) === view.getUint32(20);
    if (!isOfThisLog || page === 0) break;
    sum = checksum(view, at, 8, sum, isLittleEndian);
    sum = checksum(view, at + frameHeaderBytes, pageBytes, sum, isLittleEndian);
    if (sum[0] !== view.getUint32(at + 16) || sum[1] !== view.getUint32(at + 20)) break;
    pending.set(page, at + frameHeaderBytes);
    // Pages of the database after this transaction; 0 within one.
    const after = view.getUint32(at + 4);
    if (after === 0) continue;
    for (const [changed, place] of pending) committed.set(changed, place);
    pending.clear();
    pages = after;
  }
  if (pages === 0) return data;
  const whole = new Uint8Array(pages * pageBytes);
  whole.set(data.subarray(0, whole.length));
  for (const [page, place] of committed)
    if (page <= pages) whole.set(log.subarray(place, place + pageBytes), (page - 1) * pageBytes);
  return whole;
}

type Sum = readonly [number, number];

function checksum(
  view: DataView,
  from: number,
  bytes: number,
  [first, second]: Sum,
  isLittleEndian: boolean,
): Sum {
  let [one, two] = [first, second];
  for (let at = from; at < from + bytes; at += 8) {
    one = (one + view.getUint32(at, isLittleEndian) + two) >>> 0;
    two = (two + view.getUint32(at + 4, isLittleEndian) + one) >>> 0;
  }
  return [one, two];
}
