/** Which alerts are looked at: by status, severity, rule and text. */
import { SEVERITIES } from '../../../src/domain/event/audit-event.ts';
import { Picker } from '../filter/picker.tsx';
import { useTyped } from '../filter/use-typed.ts';
import { ALERT_STATES, type AlertsChoice, said } from '../view/views.ts';
import { isNarrowed, STATES_IN_WORDS } from './chosen.ts';

interface Props {
  readonly choice: AlertsChoice;
  /** Rules that were seen. */
  readonly rules: readonly (readonly [id: string, name: string])[];
  readonly onChange: (choice: AlertsChoice) => void;
}

export function AlertsFilter({ choice, rules, onChange }: Props) {
  const choose = (field: keyof AlertsChoice, value: string) =>
    onChange(said({ ...choice, [field]: value }) as AlertsChoice);
  const [text, setText] = useTyped(choice.text ?? '', (typed) => choose('text', typed.trim()));
  return (
    <search class="filters" aria-label="Filter">
      <div class="filter-line pickers">
        <Picker
          label="Status"
          value={choice.state}
          options={ALERT_STATES.map((state) => [state, STATES_IN_WORDS[state]])}
          onChange={(state) => choose('state', state)}
        />
        <Picker
          label="Severity"
          value={choice.severity}
          options={SEVERITIES.toReversed().map((severity) => [severity, severity])}
          onChange={(severity) => choose('severity', severity)}
        />
        <Picker label="Rule" value={choice.rule} options={rules} onChange={(rule) => choose('rule', rule)} />
        <input
          type="search"
          class="box"
          data-first
          aria-label="Text of an alert"
          placeholder="Text"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {isNarrowed(choice) && (
          <button type="button" class="quiet" onClick={() => onChange(said({ alert: choice.alert }))}>
            Clear
          </button>
        )}
      </div>
    </search>
  );
}
