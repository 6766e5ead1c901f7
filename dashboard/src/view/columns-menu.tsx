/** Which columns are shown, and in which clock times are read. */
import { COLUMNS, DEFAULT_COLUMNS } from '../rows/columns.ts';
import { Popover } from './popover.tsx';
import { type Clock, clock, columnKeys, type Theme, theme } from './settings.ts';

const CLOCKS: Readonly<Record<Clock, string>> = { local: 'this zone', utc: 'UTC', ago: 'how long ago' };
const THEMES: Readonly<Record<Theme, string>> = { system: 'as the system', light: 'light', dark: 'dark' };

export function ColumnsMenu() {
  const turn = (key: string) => {
    const chosen = columnKeys.value.includes(key)
      ? columnKeys.value.filter((other) => other !== key)
      : [...columnKeys.value, key];
    if (chosen.length > 0) columnKeys.value = chosen;
  };
  return (
    <Popover title="View">
      <fieldset>
        <legend>Columns</legend>
        {COLUMNS.map(({ key, title }) => (
          <label key={key}>
            <input type="checkbox" checked={columnKeys.value.includes(key)} onChange={() => turn(key)} />{' '}
            {title}
          </label>
        ))}
        <button
          type="button"
          class="quiet"
          onClick={() => {
            columnKeys.value = DEFAULT_COLUMNS;
          }}
        >
          Usual columns
        </button>
      </fieldset>
      <Choice
        legend="Times"
        options={CLOCKS}
        value={clock.value}
        onChange={(value) => {
          clock.value = value;
        }}
      />
      <Choice
        legend="Colours"
        options={THEMES}
        value={theme.value}
        onChange={(value) => {
          theme.value = value;
        }}
      />
    </Popover>
  );
}

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly options: Readonly<Record<T, string>>;
  readonly value: T;
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ legend, options, value, onChange }: ChoiceProps<T>) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {(Object.entries(options) as [T, string][]).map(([key, title]) => (
        <label key={key}>
          <input type="radio" name={legend} checked={key === value} onChange={() => onChange(key)} /> {title}
        </label>
      ))}
    </fieldset>
  );
}
