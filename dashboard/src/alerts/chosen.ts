/** Which of the known alerts the viewer wants to see. */
import type { Silence } from '../../../src/domain/alert/silence.ts';
import type { AlertState, AlertsChoice } from '../view/views.ts';
import { type AlertBook, isOver, type KnownAlert, openAlerts, pastAlerts } from './alert-book.ts';
import { type Quiet, quietOf } from './quiet.ts';

export interface ShownAlert extends KnownAlert {
  readonly quiet: Quiet | undefined;
}

export const STATES_IN_WORDS: Readonly<Record<AlertState, string>> = {
  open: 'open',
  firing: 'firing',
  acknowledged: 'acknowledged',
  quiet: 'silenced or held back',
  resolved: 'resolved',
};

/** Open ones on top, then those that are over. */
export function chosenAlerts(
  book: AlertBook,
  choice: AlertsChoice,
  silences: readonly Silence[],
  nowMs: number,
): readonly ShownAlert[] {
  return [...openAlerts(book), ...pastAlerts(book)]
    .map((known) => ({
      ...known,
      quiet: isOver(known.alert) ? undefined : quietOf(known.alert, silences, nowMs),
    }))
    .filter((shown) => isChosen(shown, choice));
}

/** Whether anything but the open alert is chosen. */
export function isNarrowed({ state, severity, rule, text }: AlertsChoice): boolean {
  return [state, severity, rule, text].some((one) => one !== undefined);
}

function isChosen({ alert, quiet }: ShownAlert, { state, severity, rule, text }: AlertsChoice): boolean {
  if (severity !== undefined && alert.severity !== severity) return false;
  if (rule !== undefined && alert.rule.id !== rule) return false;
  if (text !== undefined) {
    const { title, message = '', group = {}, rule: of, labels = {} } = alert;
    const said = [title, message, of.name, of.id, ...Object.values(group), ...Object.values(labels)];
    if (!said.join('\n').toLowerCase().includes(text.toLowerCase())) return false;
  }
  switch (state) {
    case undefined:
      return true;
    case 'open':
      return !isOver(alert);
    case 'quiet':
      return quiet !== undefined;
    case 'firing':
      return alert.status === 'firing' && quiet === undefined;
    default:
      return alert.status === state;
  }
}
