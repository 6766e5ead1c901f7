/** Makes the errors that the server answers: the code comes with the name, and with it whether trying again helps. */
import { ERRORS, type ErrorName, type ServerError } from './messages.ts';

/** `message` says what is wrong and what to do; codes below 3500 are temporary. */
export function serverError(
  name: ErrorName,
  message: string,
  at: { readonly id?: string; readonly path?: string; readonly limit?: number } = {},
): ServerError {
  const code = ERRORS[name];
  return { v: 1, type: 'error', ...at, code, name, message, temporary: code < 3500 };
}
