/** What an alert is called: its rule's words, with values of the event that fired it or came last. */
import type { Condition } from '../domain/rules/rule.ts';
import type { OpenAlert } from './group-state.ts';
import type { Occurrence, StepContext } from './step-context.ts';
import { renderMessage, renderTitle } from './template.ts';

export function textsOf(
  { source, tenantId }: StepContext,
  group: Readonly<Record<string, string>>,
  occurrence: Occurrence | undefined,
  { count }: Pick<OpenAlert, 'count'>,
): Pick<OpenAlert, 'title' | 'message'> {
  const { rule, shown } = source;
  if (!rule) return { title: shown.name };
  const { condition, title, message } = rule;
  const facts = {
    event: occurrence?.event,
    tenantId,
    group,
    count,
    windowMs: windowOf(condition),
    value: occurrence?.value,
  };
  return {
    title: renderTitle(title, facts),
    ...(message !== undefined && { message: renderMessage(message, facts) }),
  };
}

/** What `{window}` says: of a silence, how long nothing came. */
function windowOf(condition: Condition): number | undefined {
  if (condition.kind === 'silence') return condition.afterMs;
  return 'windowMs' in condition ? condition.windowMs : undefined;
}
