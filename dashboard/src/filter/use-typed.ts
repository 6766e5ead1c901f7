/** What is typed shows at once, and counts when the typing rests. */
import { useState } from 'preact/hooks';

const TYPING_MS = 350;

export function useTyped(value: string, onChange: (text: string) => void): [string, (text: string) => void] {
  const [state, setState] = useState<{ typed: string; from: string; timer?: ReturnType<typeof setTimeout> }>({
    typed: value,
    from: value,
  });
  // Set from elsewhere (a link, "clear"): show that.
  const typed = state.from === value ? state.typed : value;
  const type = (text: string) => {
    clearTimeout(state.timer);
    const count = () => {
      setState({ typed: text, from: text });
      onChange(text);
    };
    setState({ typed: text, from: value, timer: setTimeout(count, TYPING_MS) });
  };
  return [typed, type];
}
