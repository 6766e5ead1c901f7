/** Which dead letters are looked at: by queue, reason, age, id and event pattern. */
import { useState } from 'preact/hooks';
import { reasonInWords } from '../deliveries/in-words.ts';
import { PatternBox, Problem } from '../filter/pattern-box.tsx';
import { Picker } from '../filter/picker.tsx';
import { useTyped } from '../filter/use-typed.ts';
import type { FilterProblem } from '../session/tab.ts';
import { AGE_NAMES, AGES, type AgeName, type LettersChoice, said } from '../view/views.ts';

interface Props {
  readonly choice: LettersChoice;
  /** That were seen. */
  readonly queues: readonly string[];
  readonly reasons: readonly string[];
  readonly problem: FilterProblem | undefined;
  readonly onChange: (choice: LettersChoice) => void;
}

export function LettersFilter({ choice, queues, reasons, problem, onChange }: Props) {
  const [patternOpen, setPatternOpen] = useState(choice.pattern !== undefined);
  const isOpen = patternOpen || choice.pattern !== undefined;
  const [id, setId] = useTyped(choice.id ?? '', (text) => onChange(said({ ...choice, id: text.trim() })));
  return (
    <search class="filters" aria-label="Filter">
      <div class="filter-line pickers">
        <Picker
          label="Queue"
          value={choice.queue}
          options={queues.map((queue) => [queue, queue])}
          onChange={(queue) => onChange(said({ ...choice, queue }))}
        />
        <Picker
          label="Reason"
          value={choice.reason}
          options={reasons.map((reason) => [reason, reasonInWords(reason)])}
          onChange={(reason) => onChange(said({ ...choice, reason }))}
        />
        <Picker
          label="Died"
          value={choice.age}
          options={AGE_NAMES.map((name) => [name, AGES[name].title])}
          onChange={(age) => onChange(said({ ...choice, age: age as AgeName | '' }) as LettersChoice)}
        />
        <input
          type="search"
          class="box"
          aria-label="Id of an event or a message"
          placeholder="Id"
          value={id}
          onInput={(event) => setId(event.currentTarget.value)}
        />
        <button
          type="button"
          class="quiet"
          aria-expanded={isOpen}
          onClick={() => {
            setPatternOpen(!isOpen);
            if (isOpen) onChange(said({ ...choice, pattern: undefined }));
          }}
        >
          Pattern
        </button>
        {Object.keys(choice).length > 0 && (
          <button type="button" class="quiet" onClick={() => onChange({})}>
            Clear
          </button>
        )}
      </div>
      {isOpen && (
        <PatternBox
          value={choice.pattern ?? ''}
          problem={problem}
          onChange={(pattern) => onChange(said({ ...choice, pattern: pattern.trim() }))}
        />
      )}
      {problem && !isOpen && <Problem problem={problem} />}
    </search>
  );
}
