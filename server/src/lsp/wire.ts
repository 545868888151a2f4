import type { Measurement } from '@querent/core/search';
import type { WireMeasurement } from '../protocol.ts';

/** A measurement as it crosses the wire. */
export function wireMeasurement(measurement: Measurement): WireMeasurement {
  const { count, found, missed, recall, precision, nnr, warnings, provenance } = measurement;
  return {
    count,
    found,
    missed,
    ...(recall === undefined ? {} : { recall }),
    ...(precision === undefined ? {} : { precision }),
    ...(nnr === undefined ? {} : { nnr }),
    warnings,
    provenance,
  };
}
