import { afterEach, expect, test } from '@jest/globals';
import { watchBrowser } from '../../src/client/browser-signals.ts';

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'window');
  Reflect.deleteProperty(globalThis, 'document');
});

function aBrowser() {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  Object.assign(globalThis, { window, document });
  return { window, document };
}

test('the network coming back, the page coming back or being seen again are reasons to try at once', () => {
  const { window, document } = aBrowser();
  const heard: boolean[] = [];
  watchBrowser((online) => heard.push(online));
  window.dispatchEvent(new Event('online'));
  window.dispatchEvent(new Event('pageshow'));
  document.dispatchEvent(new Event('visibilitychange'));
  expect(heard).toEqual([true, true, true]);
});

test('a page that is hidden is none; a network that went is told', () => {
  const { window, document } = aBrowser();
  const heard: boolean[] = [];
  watchBrowser((online) => heard.push(online));
  document.visibilityState = 'hidden';
  document.dispatchEvent(new Event('visibilitychange'));
  window.dispatchEvent(new Event('offline'));
  expect(heard).toEqual([false]);
});

test('once stopped nothing is heard any more', () => {
  const { window } = aBrowser();
  const heard: boolean[] = [];
  const stop = watchBrowser((online) => heard.push(online));
  stop();
  window.dispatchEvent(new Event('online'));
  expect(heard).toEqual([]);
});

test('in Node there is nothing to watch', () => {
  expect(() => watchBrowser(() => {})()).not.toThrow();
});
