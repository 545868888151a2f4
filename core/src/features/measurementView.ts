import type { ResolvedQuery } from '../pubmed/index.ts';
import type { Measurement } from '../search/index.ts';

/** What can be said of a query's numbers at this moment, without waiting. */
export type MeasurementView =
  | { readonly kind: 'done'; readonly measurement: Measurement }
  /** Being searched; the number of records may be there before it is known which seeds are among them. */
  | { readonly kind: 'pending'; readonly count?: number }
  | { readonly kind: 'error'; readonly message: string }
  /** There is no database to ask; the message says how to name one. */
  | { readonly kind: 'none'; readonly message: string }
  /** A live database that is asked only when the person wants it. */
  | { readonly kind: 'unasked' };

/** Where features look numbers up. Never waits: what is not known yet is pending. */
export interface Measurements {
  line(label: string): MeasurementView;
  /** A part of a line, for hovers. */
  query(query: ResolvedQuery): MeasurementView;
}
