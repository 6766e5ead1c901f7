/** Replays from a home's archive: in bounded steps that the caller drives, so that a person sees them go on, slows them
 * down and stops them; where one is, is kept by the home. */

export interface ReplayWanted {
  /** Whose queue gets the events again: the trail's `record`, or a destination by its name. */
  readonly route: string;
  /** Events accepted in [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  /** An event pattern over the audit event, besides the route's own. Default: all that the route takes. */
  readonly filter?: Readonly<Record<string, unknown>>;
  /** Default: every tenant's events. */
  readonly tenantId?: string;
}

export interface Replay extends ReplayWanted {
  /** The `replay-name` of what it puts back. */
  readonly name: string;
  readonly putBack: number;
  /** How far it has come, as `count` takes it. */
  readonly after: string;
  readonly isDone: boolean;
}

export interface ReplayCount {
  readonly matched: number;
  readonly next?: string;
  /** Where set, the destination does not date events that are older as they were. */
  readonly redatesAfterMs?: number;
}

export interface Replays {
  /** What a replay can be for. */
  readonly routes: readonly string[];
  /** How many events a replay would put back: a step of the archive, `next` asks for the following one. */
  count(wanted: ReplayWanted, after?: string): ReplayCount;
  /** Safe on disk when it returns; nothing is put back yet. */
  begin(wanted: ReplayWanted): Replay;
  find(name: string): Replay | undefined;
  /** Puts at most so many events back, together with how far it came: no step is done twice, whoever is killed. */
  goOn(name: string, limit: number): Replay;
}
