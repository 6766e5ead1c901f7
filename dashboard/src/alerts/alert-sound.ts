/** A short tone for a grave alert. Browsers play nothing on a page that nobody has touched yet: then it says so, and the
 * first click or key lets it sound. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Alert } from '../../../src/domain/alert/alert.ts';

/** What it takes of the platform's `AudioContext`. */
export type Audio = Pick<
  AudioContext,
  'state' | 'resume' | 'close' | 'currentTime' | 'destination' | 'createOscillator' | 'createGain'
>;

export interface AlertSoundOptions {
  readonly makeAudio?: () => Audio;
  /** Calls back when the viewer touches the page; gives the way to stop. */
  readonly onTouch?: (touched: () => void) => () => void;
  readonly after?: (ms: number, run: () => void) => () => void;
}

/** Pitches of the tones, one after the other, in Hz. */
const TONES: Readonly<Partial<Record<Alert['severity'], readonly number[]>>> = {
  high: [660],
  critical: [880, 880],
};
const TONE_S = 0.16;
const PAUSE_S = 0.09;
const LOUDNESS = 0.12;
/** A device takes a moment to start where it may. */
const PATIENCE_MS = 700;

export class AlertSound {
  readonly #isHeldBack = signal(false);
  readonly #makeAudio: () => Audio;
  readonly #onTouch: NonNullable<AlertSoundOptions['onTouch']>;
  readonly #after: NonNullable<AlertSoundOptions['after']>;
  #audio: Audio | undefined;
  #stop = () => {};

  constructor({
    makeAudio = () => new AudioContext(),
    onTouch = untilTouched,
    after = later,
  }: AlertSoundOptions = {}) {
    this.#makeAudio = makeAudio;
    this.#onTouch = onTouch;
    this.#after = after;
  }

  /** The browser waits for the viewer to touch the page. */
  get isHeldBack(): ReadonlySignal<boolean> {
    return this.#isHeldBack;
  }

  /** Call it when the viewer turns the sound on, and when a page begins with the sound on. */
  turnOn(): void {
    this.#audio ??= this.#makeAudio();
    this.#wake();
    if (this.#audio.state === 'running') return;
    this.#stop();
    const unlisten = this.#onTouch(() => this.#wake());
    const forget = this.#after(PATIENCE_MS, () => {
      this.#isHeldBack.value = true;
    });
    this.#stop = () => {
      unlisten();
      forget();
    };
  }

  turnOff(): void {
    this.#stop();
    this.#isHeldBack.value = false;
    void this.#audio?.close();
    this.#audio = undefined;
  }

  /** False where there is nothing to hear: the alert is not grave enough, or the browser holds the sound back. */
  play(severity: Alert['severity']): boolean {
    const tones = TONES[severity];
    const audio = this.#audio;
    if (!tones || audio?.state !== 'running') return false;
    tones.forEach((hz, i) => {
      beep(audio, hz, audio.currentTime + i * (TONE_S + PAUSE_S));
    });
    return true;
  }

  /** Where it is refused, the promise stays open: its end is what counts. */
  #wake(): void {
    const audio = this.#audio;
    audio?.resume().then(
      () => {
        if (audio !== this.#audio) return;
        this.#stop();
        this.#isHeldBack.value = false;
      },
      () => {},
    );
  }
}

function beep(audio: Audio, hz: number, atS: number): void {
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.frequency.value = hz;
  // Without the slopes it would click.
  gain.gain.setValueAtTime(0, atS);
  gain.gain.linearRampToValueAtTime(LOUDNESS, atS + 0.02);
  gain.gain.linearRampToValueAtTime(0, atS + TONE_S);
  tone.connect(gain).connect(audio.destination);
  tone.start(atS);
  tone.stop(atS + TONE_S);
}

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

function untilTouched(touched: () => void): () => void {
  const stop = new AbortController();
  for (const name of ['pointerdown', 'keydown'])
    addEventListener(name, touched, { signal: stop.signal, capture: true });
  return () => stop.abort();
}
