/** One of several values, or any. A value that is no longer among them stays, so that a link says what it says. */
interface Props {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [value: string, title: string])[];
  readonly onChange: (value: string) => void;
}

export function Picker({ label, value = '', options, onChange }: Props) {
  const isKnown = value === '' || options.some(([one]) => one === value);
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">any</option>
        {[...options, ...(isKnown ? [] : [[value, value] as const])].map(([one, title]) => (
          <option key={one} value={one}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
