/** What to do when the list of alerts is empty. */
import type { AlertsChoice } from '../view/views.ts';
import { isNarrowed } from './chosen.ts';

interface Props {
  readonly isLooking: boolean;
  readonly isWhole: boolean;
  readonly hasRules: boolean;
  readonly looked: number;
  readonly choice: AlertsChoice;
  readonly onAll: () => void;
}

export function NoAlerts({ isLooking, isWhole, hasRules, looked, choice, onAll }: Props) {
  if (!hasRules)
    return (
      <div class="empty-part">
        <h2>No rules yet</h2>
        <p>
          Alerts come of rules, and none are configured here. With them, what is worth an alert shows here and
          above the live events.
        </p>
        <p>
          How: <code>docs/rules.md</code>
        </p>
      </div>
    );
  if (isLooking) return <p class="message">Looking…</p>;
  if (isNarrowed(choice))
    return (
      <div class="empty-part">
        <h2>No such alert</h2>
        <p>
          {isWhole
            ? `${looked.toLocaleString()} looked at; none is like this.`
            : `Not among the ${looked.toLocaleString()} newest: load older ones, or take a part of the filter away.`}
        </p>
        <button type="button" class="primary" onClick={onAll}>
          Show all
        </button>
      </div>
    );
  return (
    <div class="empty-part">
      <h2>No alerts</h2>
      <p>
        Nothing has fired in the last 90 days. Rules say what is worth an alert; a new one shows here, and
        above the live events, by itself.
      </p>
      <p>
        How: <code>docs/rules.md</code>
      </p>
    </div>
  );
}
