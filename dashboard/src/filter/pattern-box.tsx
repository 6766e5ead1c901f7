/** A free event pattern, and what is wrong with it. */
import type { FilterProblem } from '../session/tab.ts';
import { useTyped } from './use-typed.ts';

export function PatternBox({
  value,
  problem,
  onChange,
}: {
  readonly value: string;
  readonly problem: FilterProblem | undefined;
  readonly onChange: (text: string) => void;
}) {
  const [typed, setTyped] = useTyped(value, onChange);
  return (
    <div class="pattern">
      <label for="pattern">
        Event pattern <small>(EventBridge’s language, over the audit event)</small>
      </label>
      <textarea
        id="pattern"
        rows={3}
        spellcheck={false}
        placeholder={
          '{"context": {"ip": [{"cidr": "10.0.0.0/8"}]}, "action": [{"anything-but": {"prefix": "aws.s3."}}]}'
        }
        value={typed}
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? 'pattern-problem' : undefined}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      {problem && <Problem problem={problem} />}
    </div>
  );
}

export function Problem({ problem: { path, message } }: { readonly problem: FilterProblem }) {
  return (
    <p class="problem" id="pattern-problem" role="alert">
      {path && (
        <>
          <code>{path}</code>:{' '}
        </>
      )}
      {message}
    </p>
  );
}
