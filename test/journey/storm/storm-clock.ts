/** A clock whose speed can be changed, and the timers that go by it. */
export function aStormClock(speed: number) {
  let atMs = Date.now();
  let realMs = Date.now();
  const now = () => atMs + (Date.now() - realMs) * speed;
  return {
    now: () => Math.floor(now()),
    run(faster: number) {
      atMs = now();
      realMs = Date.now();
      speed = faster;
    },
    setTimeout: (run: () => void, ms: number) => setTimeout(run, ms / speed),
    clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
  };
}
