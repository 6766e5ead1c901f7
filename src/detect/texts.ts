/** What an alert is called: its rule's words, with values of the event that fired it or came last. */
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
    windowMs: 'windowMs' in condition ? condition.windowMs : undefined,
    value: occurrence?.value,
  };
  return {
    title: renderTitle(title, facts),
    ...(message !== undefined && { message: renderMessage(message, facts) }),
  };
}
