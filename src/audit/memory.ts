/** How much memory the process has taken. */

let askedAtMs = 0;
let heldMb = 0;

/** The most that the process has held. Asking takes longer than the rest of the record: once a second is enough. */
export function memoryUsedMb(nowMs: number): number {
  if (Math.abs(nowMs - askedAtMs) >= 1_000) {
    askedAtMs = nowMs;
    heldMb = Math.round(process.resourceUsage().maxRSS / 1_024);
  }
  return heldMb;
}
