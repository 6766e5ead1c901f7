/** A silence as it is asked for on the command line. */
import { FilterError, parseFilterText } from '../../src/domain/filter/index.ts';
import { readSeconds, UsageError } from '../command.ts';

export interface WishOptions {
  readonly match?: string;
  readonly rule?: string;
  readonly alert?: string;
  readonly everything?: boolean;
  readonly for?: string;
  readonly comment?: string;
}

/** What the act `silence-alerts` takes. */
export function readWish(given: WishOptions): object {
  const { everything, for: span, comment } = given;
  if (span === undefined || comment === undefined)
    throw new UsageError('silence needs --for SPAN and --comment TEXT, which says why');
  return {
    match: matchOf(given),
    seconds: readSeconds(span, 'for'),
    comment,
    ...(everything && { everything }),
  };
}

function matchOf({ match, rule, alert, everything }: WishOptions): unknown {
  const named = [match, rule, alert, everything || undefined].filter((one) => one !== undefined);
  if (named.length !== 1)
    throw new UsageError('silence needs one of --rule ID, --alert ID, --match PATTERN, or --everything');
  if (everything) return {};
  if (rule !== undefined) return { rule: { id: [rule] } };
  if (alert !== undefined) return { alertId: [alert] };
  try {
    parseFilterText(match as string);
  } catch (error) {
    if (error instanceof FilterError) throw new UsageError(`--match ${error.path}: ${error.message}`);
    throw error;
  }
  return JSON.parse(match as string);
}
