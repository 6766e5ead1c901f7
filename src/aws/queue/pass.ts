/** How far a run is, on its way through whoever calls for the next step: the Lambda itself remembers nothing. */

export interface Pass {
  readonly queue: string;
  /** Until then everything is hidden that the pass has seen and left. */
  readonly holdUntilMs: number;
  /** About how many letters were in other hands when it began. */
  readonly hidden: number;
}

export function passText({ queue, holdUntilMs, hidden }: Pass): string {
  return `${queue} ${holdUntilMs} ${hidden}`;
}

/** Undefined for what is none: then the run begins at the first queue, and meets nothing twice that it has moved. */
export function readPass(text: string | undefined): Pass | undefined {
  const [, queue, holdUntilMs, hidden] = /^([a-z0-9-]{1,80}) (\d{1,15}) (\d{1,9})$/.exec(text ?? '') ?? [];
  if (queue === undefined) return undefined;
  return { queue, holdUntilMs: Number(holdUntilMs), hidden: Number(hidden) };
}
