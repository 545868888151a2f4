import { systemClock } from '@querent/core/connectors';
import type { Clock } from '@querent/core/connectors';

/**
 * Time that only goes forward, the same for all processes of a machine: setting the machine's clock changes nothing. Unlike `performance.now()`,
 * which begins with the process, `hrtime` begins with the machine.
 */
export const monotonicClock: Clock = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: (ms, signal) => systemClock.sleep(ms, signal),
};
