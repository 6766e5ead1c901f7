/** What a destination is: one file that says what it takes, what it sends, and where its API is peculiar. */
import type { Alert } from '../domain/alert/alert.ts';
import type { AuditEvent } from '../domain/event/audit-event.ts';
import type { Answer } from './judge-status.ts';
import type { OptionShape, SettingsOf } from './options.ts';
import type { SignScope } from './sign.ts';
import type { Verdict } from './verdict.ts';

/** One HTTP request, before compression. */
export interface SinkRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  /** Names in small letters; length and encoding are added when it is sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The peer takes `content-encoding: gzip`; `always`: a small body too, because it is kept under that name. */
  readonly gzip: boolean | 'always';
  /** For AWS: signed (Signature Version 4) when it is sent, by whoever this process is to AWS. */
  readonly sign?: SignScope | undefined;
  /** Only to addresses of the public internet: an address that somebody else chose must not reach into this network. */
  readonly isPublicOnly?: boolean;
}

/** A message's part of a request, made once however often it is sent. */
export type Item =
  | {
      readonly kind: 'item';
      readonly text: string;
      /** Items of different keys never share a request. */
      readonly key?: string;
      /** What was done to it that a person should know, counted by this name. */
      readonly note?: string;
    }
  | Rejected;

/** No use to send it: it goes to the dead letters. */
export interface Rejected {
  readonly kind: 'rejected';
  readonly reason: string;
  readonly detail?: string;
}

export interface RequestItem {
  readonly text: string;
  readonly key?: string | undefined;
}

/** Something that the destination must have before the first event. */
export interface Preparation {
  readonly look: SinkRequest;
  /** Of an answer 200: whether it is there as it must be. */
  isThere(answer: Answer): boolean;
  /** Makes it, or makes it anew; `answer` is what was seen (200 or 404). */
  make(answer: Answer): SinkRequest;
}

/** Something that only people can mend, and that may break later: looked at before the first message, and again. */
export interface Check {
  readonly look: SinkRequest;
  /** How long it is taken to be well. */
  readonly everyMs: number;
  /** Of a good answer: what is wrong, if anything. */
  find(answer: Answer): Finding | undefined;
}

export type Finding =
  /** Nothing is sent until it is mended. */
  | { readonly kind: 'misconfigured'; readonly reason: string; readonly status?: number }
  /** Counted by this name, and logged. */
  | { readonly kind: 'noted'; readonly name: string; readonly count: number };

export interface SinkLimits {
  /** Items in one request. */
  readonly items: number;
  /** Bytes of one item's text, in UTF-8. */
  readonly itemBytes: number;
  /** Bytes of one request's body, in UTF-8 and uncompressed. */
  readonly bytes: number;
  /** What the body has besides its items' texts: bytes around them all, and between two. */
  readonly around?: number;
  readonly between?: number;
  /** Requests under way at once for one batch. Default 1. */
  readonly parallel?: number;
}

/** How its queue hands it messages, unless a destination's options say otherwise. */
export interface SinkBatch {
  readonly size: number;
  readonly windowMs: number;
}

/** What the destination's Lambda must be allowed in AWS, as a policy says it. */
export interface Right {
  readonly actions: readonly string[];
  /** ARNs. */
  readonly resources: readonly string[];
}

/** What all sinks have, whatever they take. */
interface AnySink<Options extends OptionShape> {
  /** In small letters: its name in configurations, queues and metrics. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  readonly options: Options;
  readonly batch: SinkBatch;
  /** What is wrong with options that are right each by itself, as a sentence. */
  fault?(given: Readonly<Record<string, unknown>>): string | undefined;
  /** Pure: all that it needs in AWS besides its secrets, which are not among the settings then. */
  rights?(settings: SettingsOf<Options>): readonly Right[];
  /** The vendor does not date what is older as it was. */
  readonly redatesAfterMs?: number;
  /** Why nothing can be sent with these settings, as a reason: for what only a secret shows, once it is read. */
  unfit?(settings: SettingsOf<Options>): string | undefined;
  /** Only where the API is peculiar: undefined leaves the answer to the table. A list has one verdict an item. */
  judge?(answer: Answer, count: number, nowMs: number): Verdict | readonly Verdict[] | undefined;
  /** In this order, once per process. */
  prepare?(settings: SettingsOf<Options>): readonly Preparation[];
  check?(settings: SettingsOf<Options>): Check;
}

/** Takes audit events, several in a request. */
export interface EventSink<Options extends OptionShape = OptionShape> extends AnySink<Options> {
  readonly takes: 'events';
  readonly limits: SinkLimits;
  /** Pure. */
  item(event: AuditEvent, settings: SettingsOf<Options>, nowMs: number): Item;
  /** Pure: the request that carries these items, in this order, now. */
  request(items: readonly RequestItem[], settings: SettingsOf<Options>, nowMs: number): SinkRequest;
}

/** What a vendor called an alert, so that later notices find it: a message's id, for example. */
export type AlertRef = Readonly<Record<string, string>>;

/** Takes notices about alerts, one after the other. */
export interface AlertSink<Options extends OptionShape = OptionShape> extends AnySink<Options> {
  readonly takes: 'alerts';
  /** Time between two requests of a destination in the long run. */
  readonly minGapMs: number;
  /** Requests that may go at once after a pause. Default 1. */
  readonly burst?: number;
  /** Pure: what is sent for a notice, in this order; nothing where it is no news there. `ref` is what
   * {@link AlertSink.refOf} made of the alert's earlier notices. All of them are sent again if one fails. `plain`: the
   * vendor refused the layout, so without it. */
  requests(
    alert: Alert,
    settings: SettingsOf<Options>,
    ref: AlertRef | undefined,
    nowMs: number,
    plain?: boolean,
  ): readonly SinkRequest[] | Rejected;
  /** What to remember of a good answer to the first request, which was made with these settings and `ref`. */
  refOf?(answer: Answer, settings: SettingsOf<Options>, ref: AlertRef | undefined): AlertRef | undefined;
}

export type Sink<Options extends OptionShape = OptionShape> = EventSink<Options> | AlertSink<Options>;

/** Keeps the types of its options; nothing else. */
export function defineSink<Options extends OptionShape>(sink: EventSink<Options>): EventSink<Options> {
  return sink;
}

/** The same, for a sink that takes alerts. */
export function defineAlertSink<Options extends OptionShape>(sink: AlertSink<Options>): AlertSink<Options> {
  return sink;
}
