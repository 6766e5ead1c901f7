import { expect, test } from '@jest/globals';
import { AlertSound, type Audio } from '../../dashboard/src/alerts/alert-sound.ts';

/** An audio device of which only what was played is known. `isAllowed`: whether the page was touched. */
function aBrowser(isAllowed: boolean) {
  const browser = { isAllowed, tones: [] as number[], closed: 0, touch: () => {} };
  const resumes: (() => void)[] = [];
  const node = { connect: (to: unknown) => to };
  const makeAudio = () =>
    ({
      get state() {
        return browser.isAllowed ? 'running' : 'suspended';
      },
      currentTime: 0,
      destination: {},
      resume: () =>
        browser.isAllowed ? Promise.resolve() : new Promise<void>((resolve) => resumes.push(resolve)),
      close: async () => {
        browser.closed++;
      },
      createOscillator: () => ({
        ...node,
        frequency: {
          set value(hz: number) {
            browser.tones.push(hz);
          },
        },
        start() {},
        stop() {},
      }),
      createGain: () => ({
        ...node,
        gain: { setValueAtTime() {}, linearRampToValueAtTime() {} },
      }),
    }) as unknown as Audio;
  let touched: (() => void) | undefined;
  browser.touch = () => {
    browser.isAllowed = true;
    touched?.();
  };
  const onTouch = (call: () => void) => {
    touched = call;
    return () => {
      touched = undefined;
    };
  };
  let patience: (() => void) | undefined;
  const after = (_: number, run: () => void) => {
    patience = run;
    return () => {
      patience = undefined;
    };
  };
  return {
    browser,
    sound: new AlertSound({ makeAudio, onTouch, after }),
    isListening: () => touched !== undefined,
    losePatience: () => patience?.(),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a grave alert sounds, the gravest twice, a lesser one does not', () => {
  const { browser, sound } = aBrowser(true);
  sound.turnOn();
  expect(sound.play('critical')).toBe(true);
  expect(browser.tones).toHaveLength(2);
  expect(sound.play('high')).toBe(true);
  expect(browser.tones).toHaveLength(3);
  expect(sound.play('medium')).toBe(false);
  expect(browser.tones).toHaveLength(3);
});

test('turned off it is silent, and lets the device go', () => {
  const { browser, sound } = aBrowser(true);
  expect(sound.play('critical')).toBe(false);
  sound.turnOn();
  sound.turnOff();
  expect(sound.play('critical')).toBe(false);
  expect(browser).toMatchObject({ tones: [], closed: 1 });
});

test('where the browser holds sound back that is known, until the viewer touches the page', async () => {
  const { browser, sound, isListening, losePatience } = aBrowser(false);
  sound.turnOn();
  await settled();
  expect(sound.isHeldBack.value).toBe(false);
  losePatience();
  expect(sound.isHeldBack.value).toBe(true);
  expect(sound.play('critical')).toBe(false);
  browser.touch();
  await settled();
  expect(sound.isHeldBack.value).toBe(false);
  expect(isListening()).toBe(false);
  expect(sound.play('critical')).toBe(true);
  losePatience();
  expect(sound.isHeldBack.value).toBe(false);
});

test('a device that starts a moment late is not taken for one that is held back', async () => {
  const { browser, sound, losePatience } = aBrowser(false);
  sound.turnOn();
  browser.touch();
  await settled();
  losePatience();
  expect(sound.isHeldBack.value).toBe(false);
});
