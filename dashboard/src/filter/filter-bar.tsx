/** The filter bar: chips, boxes with suggestions, what was clicked, and a free event pattern. */
import { useState } from 'preact/hooks';
import { OUTCOMES, SEVERITIES } from '../../../src/domain/event/audit-event.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import type { FilterProblem } from '../session/tab.ts';
import { type FilterState, isEmpty, NO_FILTER, toggle } from './filter-state.ts';
import { PatternBox, Problem } from './pattern-box.tsx';
import type { SuggestedField, Suggestions } from './suggestions.ts';
import { useTyped } from './use-typed.ts';

interface Props {
  readonly filter: FilterState;
  readonly problem: FilterProblem | undefined;
  readonly suggestions: Suggestions;
  readonly onChange: (filter: FilterState) => void;
}

const BOXES: readonly { readonly field: SuggestedField; readonly hint: string }[] = [
  { field: 'action', hint: 'Action, or aws.iam.*' },
  { field: 'actor', hint: 'Actor' },
  { field: 'target', hint: 'Target' },
];

export function FilterBar({ filter, problem, suggestions, onChange }: Props) {
  const [patternOpen, setPatternOpen] = useState(filter.pattern !== '');
  return (
    <search class="filters" aria-label="Filter">
      <div class="filter-line">
        <Chips
          label="Severity"
          all={SEVERITIES}
          chosen={filter.severities}
          onChange={(severities) => onChange({ ...filter, severities })}
        />
        <Chips
          label="Outcome"
          all={OUTCOMES}
          chosen={filter.outcomes}
          onChange={(outcomes) => onChange({ ...filter, outcomes })}
        />
        {BOXES.map(({ field, hint }) => (
          <Box
            key={field}
            field={field}
            hint={hint}
            value={filter[field]}
            suggestions={suggestions}
            onChange={(text) => onChange({ ...filter, [field]: text })}
          />
        ))}
        <button
          type="button"
          class="quiet"
          aria-expanded={patternOpen}
          onClick={() => setPatternOpen(!patternOpen)}
        >
          Pattern
        </button>
        {!isEmpty(filter) && (
          <button type="button" class="quiet" onClick={() => onChange(NO_FILTER)}>
            Clear
          </button>
        )}
      </div>
      {filter.choices.length > 0 && (
        <ul class="choices" aria-label="Chosen values">
          {filter.choices.map((choice) => (
            <li key={`${choice.path} ${choice.value} ${choice.not}`}>
              <button
                type="button"
                class={choice.not ? 'choice not' : 'choice'}
                title="Take this away"
                onClick={() => onChange(toggle(filter, choice))}
              >
                {choice.not ? 'without' : 'only'} <code>{choice.path}</code>{' '}
                <bdi>{visibleText(String(choice.value))}</bdi> <span aria-hidden="true">×</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {patternOpen && (
        <PatternBox
          value={filter.pattern}
          problem={problem}
          onChange={(pattern) => onChange({ ...filter, pattern })}
        />
      )}
      {problem && !patternOpen && <Problem problem={problem} />}
    </search>
  );
}

interface ChipsProps<T extends string> {
  readonly label: string;
  readonly all: readonly T[];
  readonly chosen: readonly T[];
  readonly onChange: (chosen: readonly T[]) => void;
}

function Chips<T extends string>({ label, all, chosen, onChange }: ChipsProps<T>) {
  return (
    <fieldset class="chips">
      <legend class="hidden">{label}</legend>
      {all.map((one) => (
        <button
          key={one}
          type="button"
          class={`chip ${one}`}
          aria-pressed={chosen.includes(one)}
          onClick={() =>
            onChange(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one])
          }
        >
          {one}
        </button>
      ))}
    </fieldset>
  );
}

interface BoxProps {
  readonly field: SuggestedField;
  readonly hint: string;
  readonly value: string;
  readonly suggestions: Suggestions;
  readonly onChange: (text: string) => void;
}

function Box({ field, hint, value, suggestions, onChange }: BoxProps) {
  const [typed, setTyped] = useTyped(value, onChange);
  const [offered, setOffered] = useState<readonly string[]>([]);
  const offer = (text: string) => setOffered(suggestions.for(field, text));
  return (
    <>
      <input
        type="search"
        class="box"
        aria-label={hint.split(',')[0]}
        placeholder={hint}
        list={`seen-${field}`}
        value={typed}
        data-first={field === 'action' || undefined}
        onFocus={() => offer(typed)}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          offer(event.currentTarget.value);
        }}
      />
      <datalist id={`seen-${field}`}>
        {offered.map((seen) => (
          <option key={seen} value={seen} />
        ))}
      </datalist>
    </>
  );
}
