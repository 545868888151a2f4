/**
 * Milliseconds that this process has had a processor until now. What tests hold against a limit: on a machine that does other things, too, a clock on
 * the wall goes on while nothing is computed.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
