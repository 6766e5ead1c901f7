/** Says which events each viewer must be given: AWS's own matcher where Java is, the slow reference elsewhere. */
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { referenceMatches } from '../reference/pattern.ts';
import { askEventRuler, eventRuler } from '../services/event-ruler/event-ruler.ts';

export interface Question {
  readonly patterns: readonly unknown[];
  readonly events: readonly AuditEvent[];
}

/** For each question and each of its patterns, the ids of the events that match. */
export type Judge = (questions: readonly Question[]) => Promise<readonly (readonly (readonly string[])[])[]>;

export const reference: Judge = async (questions) =>
  questions.map(({ patterns, events }) =>
    patterns.map((pattern) => events.filter((event) => referenceMatches(pattern, event)).map(({ id }) => id)),
  );

/** Undefined where there is no Java. */
export function awsEventRuler(): Judge | undefined {
  const ruler = eventRuler();
  if ('missing' in ruler) return undefined;
  return async (questions) => {
    const texts = questions.map(({ patterns, events }) => ({
      patterns: patterns.map((pattern) => JSON.stringify(pattern)),
      events: events.map((event) => JSON.stringify(event)),
    }));
    const answers = await askEventRuler(ruler.classPath, texts);
    return answers.map((perPattern, question) =>
      perPattern.map((answer) => {
        if ('error' in answer)
          throw new Error(`event-ruler refuses a filter of the journey: ${answer.error}`);
        return answer.matches.map((index) => questions[question]?.events[index]?.id ?? '');
      }),
    );
  };
}
