/** One load on the live path, played through: bus → broadcast → chunks → `@connections`, until the last viewer has it. */
import { LINES } from '../../src/aws/http/pool.ts';
import { AWS_LIMITS } from '../../src/aws/limits.ts';
import { type Agenda, makeAgenda } from './agenda.ts';
import { draw } from './log-normal.ts';
import {
  ACCOUNT,
  ASYNC_START,
  BUS,
  type BusName,
  COLD_START,
  HAND_OFF,
  heartbeatsPerSecond,
  MATCH_MS,
  OPEN_LINE_MS,
  POST,
  SEND_CPU_MS,
  VERSION_READ,
} from './numbers.ts';

export interface Load {
  /** Connected, and each matches every event. */
  readonly viewers: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
  readonly bus: BusName;
  /** Connections that one invocation sends to. */
  readonly chunk: number;
  readonly accountPerSecond?: number;
}

export interface Played {
  /** Request to the push at the last viewer who got one, an event each, ms. */
  readonly lastMs: readonly number[];
  readonly pushes: number;
  readonly sent: number;
  readonly throttled: number;
  readonly late: number;
  /** Lambdas at work at once. */
  readonly mostLambdas: number;
  readonly coldStarts: number;
}

/** What happens before is not counted: Lambdas start, lines open. */
const WARM_UP_MS = 2_000;

export function simulate(load: Load, random: () => number): Played {
  const agenda = makeAgenda();
  const account = makeAccount(load);
  const lambdas = makeLambdas(agenda, random);
  const lastMs: number[] = [];
  const counts = { pushes: 0, sent: 0, throttled: 0, late: 0 };
  const gapMs = 1_000 / load.eventsPerSecond;
  const endMs = WARM_UP_MS + load.seconds * 1_000;
  for (let askedAtMs = random() * gapMs; askedAtMs < endMs; askedAtMs += gapMs)
    agenda.at(askedAtMs + draw(BUS[load.bus], random), () => broadcast(askedAtMs));
  agenda.run();
  return { lastMs, ...counts, mostLambdas: lambdas.most, coldStarts: lambdas.coldStarts };

  function broadcast(askedAtMs: number): void {
    const event = { askedAtMs, lastAtMs: Number.NaN, left: load.viewers };
    lambdas.start('broadcast', (lambda) => {
      agenda.at(agenda.nowMs + Math.max(MATCH_MS, draw(VERSION_READ, random)), () => {
        if (load.viewers <= load.chunk) return sendChunk(event, load.viewers, lambda);
        for (let from = load.chunk; from < load.viewers; from += load.chunk)
          handOff(event, Math.min(load.chunk, load.viewers - from));
        sendChunk(event, load.chunk, lambda); // the first part is its own
      });
    });
  }

  function handOff(event: Event, connections: number): void {
    const startMs = agenda.nowMs + draw(HAND_OFF, random) + draw(ASYNC_START, random);
    agenda.at(startMs, () => lambdas.start('fan-out', (lambda) => sendChunk(event, connections, lambda)));
  }

  /** As the sender does it: so many lines, one processor, a second try for few, all of it before a deadline. */
  function sendChunk(event: Event, connections: number, lambda: Lambda): void {
    const deadlineMs = agenda.nowMs + AWS_LIMITS.sendDeadlineMs;
    let next = 0;
    let open = connections;
    let processorMs = agenda.nowMs;
    let secondTries = 50;
    const settle = (outcome: 'sent' | 'throttled' | 'late', count = 1) => {
      settled(event, outcome, count);
      open -= count;
      if (open === 0) lambda.end();
    };
    const takeNext = () => {
      if (next === connections) return;
      if (agenda.nowMs > deadlineMs) {
        const rest = connections - next;
        next = connections;
        return settle('late', rest);
      }
      next++;
      send(true);
    };
    const send = (isFirst: boolean) => {
      processorMs = Math.max(processorMs, agenda.nowMs) + SEND_CPU_MS;
      agenda.at(processorMs, () => {
        const isTaken = account.take(agenda.nowMs);
        const answerMs = agenda.nowMs + draw(POST, random);
        agenda.at(answerMs, () => {
          if (isFirst) takeNext();
          if (answerMs > deadlineMs) return settle('late');
          if (isTaken) {
            secondTries = Math.min(50, secondTries + 0.1);
            return settle('sent');
          }
          if (!isFirst || secondTries < 1) return settle('throttled');
          secondTries--;
          agenda.at(agenda.nowMs + 250 * (0.2 + 0.8 * random()), () => send(false));
        });
      });
    };
    for (let line = 0; line < Math.min(LINES.most, connections); line++)
      agenda.at(agenda.nowMs + lambda.lineReadyMs(line), takeNext);
  }

  function settled(event: Event, outcome: 'sent' | 'throttled' | 'late', count: number): void {
    if (outcome === 'sent') event.lastAtMs = agenda.nowMs;
    event.left -= count;
    if (event.askedAtMs < WARM_UP_MS) return;
    counts[outcome] += count;
    counts.pushes += count;
    if (event.left === 0 && !Number.isNaN(event.lastAtMs)) lastMs.push(event.lastAtMs - event.askedAtMs);
  }
}

interface Event {
  readonly askedAtMs: number;
  lastAtMs: number;
  left: number;
}

/** The token bucket of the account; viewers' heartbeats have taken their part of it. */
function makeAccount({ viewers, accountPerSecond = ACCOUNT.perSecond }: Load) {
  const perMs = Math.max(0, accountPerSecond - heartbeatsPerSecond(viewers)) / 1_000;
  let tokens: number = ACCOUNT.burst;
  let atMs = 0;
  return {
    take(nowMs: number): boolean {
      tokens = Math.min(ACCOUNT.burst, tokens + (nowMs - atMs) * perMs);
      atMs = nowMs;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}

interface Lambda {
  /** When a line is open, ms from now. */
  lineReadyMs(line: number): number;
  end(): void;
}

/** One call at a time each; who finds none idle waits for a new one to start. */
function makeLambdas(agenda: Agenda, random: () => number) {
  const idle = { broadcast: 0, 'fan-out': 0 };
  const state = { most: 0, coldStarts: 0, working: 0 };
  return {
    get most() {
      return state.most;
    },
    get coldStarts() {
      return state.coldStarts;
    },
    start(name: keyof typeof idle, run: (lambda: Lambda) => void): void {
      state.most = Math.max(state.most, ++state.working);
      const isWarm = idle[name] > 0;
      const lambda: Lambda = {
        lineReadyMs: (line) => (isWarm ? 0 : OPEN_LINE_MS * (1 + Math.floor(line / LINES.opening))),
        end: () => {
          state.working--;
          idle[name]++;
        },
      };
      if (isWarm) idle[name]--;
      else state.coldStarts++;
      agenda.at(agenda.nowMs + (isWarm ? 0 : draw(COLD_START, random)), () => run(lambda));
    },
  };
}
