/** The processor time, in ms, that this thread spends on `work`. Unlike elapsed time, other processes do not change it. */
export function processorMs(work: () => void): number {
  const since = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1000;
}
