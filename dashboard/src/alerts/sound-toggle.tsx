/** Turns the tone for grave alerts on and off. */
import { alertSound } from '../view/settings.ts';
import type { AlertSound } from './alert-sound.ts';

export function SoundToggle({ sound }: { readonly sound: AlertSound }) {
  const isOn = alertSound.value;
  const isHeldBack = isOn && sound.isHeldBack.value;
  return (
    <button
      type="button"
      class={`quiet sound${isHeldBack ? ' held-back' : ''}`}
      aria-pressed={isOn}
      aria-label="Sound of grave alerts"
      title={titleOf(isOn, isHeldBack)}
      onClick={() => {
        alertSound.value = !isOn;
      }}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d="M2 6h2.5L8 3v10L4.5 10H2z" />
        <path d={isOn ? 'M10.5 5.5a3.5 3.5 0 0 1 0 5M12.5 3.5a6.4 6.4 0 0 1 0 9' : 'M11 6l4 4M15 6l-4 4'} />
      </svg>
      {isHeldBack && <span role="status">Click anywhere to let it sound</span>}
    </button>
  );
}

function titleOf(isOn: boolean, isHeldBack: boolean): string {
  if (isHeldBack)
    return 'This browser plays no sound on a page that nobody has touched since it was loaded: click anywhere, or press a key';
  return `Sound for new critical and high alerts: ${isOn ? 'on' : 'off'}`;
}
