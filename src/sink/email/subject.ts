/** A mail's subject as SNS takes it: below 100 characters of ASCII, on one line, never empty.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
import type { Alert } from '../../domain/alert/alert.ts';

export function subjectOf(alert: Alert): string {
  const { title, rule, status, change, severity } = alert;
  const state = status === 'firing' && change === 'repeated' ? 'STILL FIRING' : status.toUpperCase();
  const name = [title, rule.name, rule.id].map(ascii).find((text) => /[A-Za-z0-9]/.test(text)) ?? 'alert';
  const subject = `${state} (${severity}): ${name}`;
  return subject.length <= MAX ? subject : `${subject.slice(0, MAX - 3)}...`;
}

/** Letters lose their accents; what has no like in ASCII becomes a question mark. */
function ascii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .replace(/\?+/g, '?')
    .trim();
}

const MAX = 99;
