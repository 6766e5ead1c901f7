/** Where the service runs, from Lambda's environment and the invocation's context.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
import type { Source } from '../domain/event/audit-event.ts';
import { isName } from './options.ts';

/** The part of Lambda's context that is read. */
export interface Invocation {
  readonly awsRequestId?: string;
  readonly functionName?: string;
  readonly functionVersion?: string;
  readonly invokedFunctionArn?: string;
  readonly getRemainingTimeInMillis?: () => number;
}

let warm = false;

/** Made once for a handler: the first invocation of the process is its cold start. */
export function sourceOf(options: {
  readonly service: string;
  readonly environment?: string;
  readonly version?: string;
}): (invocation: Invocation) => Source {
  const { service, version } = options;
  const environment = environmentOf(options);
  const region = process.env.AWS_REGION;

  return ({ awsRequestId, functionName, functionVersion, invokedFunctionArn }) => {
    const coldStart = !warm;
    warm = true;
    const accountId = /^\d{12}$/.exec(invokedFunctionArn?.split(':')[4] ?? '')?.[0];
    return {
      service,
      environment,
      ...(version !== undefined && { version }),
      ...(region !== undefined && { region }),
      ...(accountId !== undefined && { accountId }),
      ...(functionName !== undefined && { functionName }),
      ...(functionVersion !== undefined && { functionVersion }),
      ...(awsRequestId !== undefined && { requestId: awsRequestId }),
      coldStart,
    };
  };
}

/** The variable is set far from here: a wrong one costs its own value and no record. */
export function environmentOf(options: { readonly environment?: string }): string {
  const named = options.environment ?? process.env.AUDIT_STREAM_ENVIRONMENT;
  return isName(named) ? named : 'default';
}

/** Milliseconds until Lambda's deadline; nothing for a context made by hand that does not say a time (or throws). */
export function remainingMs(invocation: Invocation): number | undefined {
  try {
    const ms = invocation.getRemainingTimeInMillis?.();
    return typeof ms === 'number' && ms >= 0 && ms <= MAX_REMAINING_MS ? ms : undefined;
  } catch {
    return undefined;
  }
}

/** Lambda's longest time-out. */
const MAX_REMAINING_MS = 900_000;
