/** Waits for a condition. Gives up shortly before the test's own time-out would, so that nothing polls on behind it. */
export async function until(condition: () => boolean | Promise<boolean>, giveUpMs = 28_000): Promise<void> {
  const giveUpAtMs = Date.now() + giveUpMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAtMs) throw new Error(`not so after ${giveUpMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
