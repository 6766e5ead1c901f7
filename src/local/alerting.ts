/** The alerts of a home on one machine: the detector, and the clock that turns it. */

import type { Detector } from '../detect/detector.ts';
import { makeDetector } from '../detect/make-detector.ts';
import type { RuleBook } from '../domain/rules/rule-book.ts';
import type { Destination } from '../sink/destination.ts';
import type { Deliveries } from '../stream/deliveries/port.ts';
import { causeOf, type Log } from '../stream/log.ts';
import type { Publish } from '../stream/ports.ts';
import { conditionsOf } from './conditions.ts';
import type { Store } from './store/open-store.ts';

export interface AlertingOptions {
  readonly store: Pick<Store, 'alertStore' | 'countQueue'>;
  readonly book: RuleBook;
  readonly destinations: readonly Destination[];
  readonly figures: Pick<Deliveries, 'destinations'>;
  readonly publish: Publish;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  readonly dashboardUrl: string;
}

export interface Alerting {
  readonly detector: Detector;
  /** Resolves when the clock's work in hand is done, and no more begins. */
  stop(): Promise<void>;
}

export function startAlerting(options: AlertingOptions): Alerting {
  const { store, destinations, figures, log } = options;
  const channels = destinations.filter(({ sink }) => sink.takes === 'alerts').map(({ name }) => name);
  const detector = makeDetector({
    ...options,
    store: store.alertStore,
    channels,
    count: ({ detect_too_late, detect_summarized }) => {
      if (detect_too_late) log('warn', 'events came too late to be counted', { count: detect_too_late });
      if (detect_summarized) log('warn', 'events are told in a summary', { count: detect_summarized });
    },
  });
  const clocks = [
    every(TICK_MS, async () => {
      // More is due than is looked at in one go.
      while ((await detector.tick()) >= MANY) await new Promise(setImmediate);
    }),
    every(LOOK_MS, async () => {
      await detector.pipeline(conditionsOf(await figures.destinations(), channels, store.countQueue));
    }),
  ];
  return {
    detector,
    async stop() {
      await Promise.all(clocks.map((clock) => clock.stop()));
    },
  };

  /** Never twice at once, whatever one of them costs; none keeps the process alive. */
  function every(ms: number, work: () => Promise<void>) {
    let running: Promise<void> | undefined;
    const timer = setInterval(() => {
      running ??= work()
        .catch((error) => log('error', 'the clock of alerts is in trouble', { cause: causeOf(error) }))
        .finally(() => {
          running = undefined;
        });
    }, ms).unref();
    return {
      async stop() {
        clearInterval(timer);
        await running;
      },
    };
  }
}

const TICK_MS = 1_000;
const LOOK_MS = 5_000;
const MANY = 100;
