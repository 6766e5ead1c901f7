/** The time, for what is shown as an age: moves once a second. */
import { signal } from '@preact/signals';

export const nowMs = signal(Date.now());

setInterval(() => {
  nowMs.value = Date.now();
}, 1000);
