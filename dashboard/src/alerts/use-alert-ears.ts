/** What a viewer hears of alerts that fire: words for a screen reader, and a tone if it is wanted. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { alertSound } from '../view/settings.ts';
import { gravity } from './alert-book.ts';
import { AlertSound } from './alert-sound.ts';
import type { AlertWatch } from './alert-watch.ts';
import { firedInWords } from './in-words.ts';

export interface AlertEars {
  /** For those who do not see it. */
  readonly said: Signal<string>;
  readonly sound: AlertSound;
}

/** What fires within so long is one sentence and one tone. */
const TOGETHER_MS = 400;

export function useAlertEars(watch: AlertWatch): AlertEars {
  const said = useSignal('');
  const sound = useMemo(() => new AlertSound(), []);
  useEffect(() => {
    if (!alertSound.value) return;
    sound.turnOn();
    return () => sound.turnOff();
  }, [alertSound.value]);
  useEffect(() => {
    let fired: Alert[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      const gravestFirst = fired.sort((a, b) => gravity(b.severity) - gravity(a.severity));
      said.value = firedInWords(gravestFirst);
      if (gravestFirst[0]) sound.play(gravestFirst[0].severity);
      fired = [];
      timer = undefined;
    };
    const stop = watch.onFired((alert) => {
      fired.push(alert);
      timer ??= setTimeout(tell, TOGETHER_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [watch]);
  return { said, sound };
}
