/** Finds patterns, and parts of patterns, that no event can match. */
import type { Condition, Test } from '../filter/condition.ts';
import type { Filter } from '../filter/parse-filter.ts';
import { sayField, sayMissing, sayValue } from './field-words.ts';
import type { Found } from './finding.ts';
import { type DeadValue, deadValuesOf, type Obstacle, reachOf } from './reach.ts';

/** `where` is the pattern's place in the rule. */
export function lintPattern(filter: Filter, where: string): readonly Found[] {
  const reach = reachOf(filter);
  if (reach.kind === 'never')
    return eachOnce(reach.because).map((obstacle) => ({
      level: 'error',
      path: `${where}.${obstacle.condition.path}`,
      problem: 'never-matches',
      message: `no event matches: ${sayObstacle(obstacle)}`,
    }));
  const dead = deadValuesOf(filter).map((value) => deadValue(value, where));
  if (reach.kind === 'always') return dead;
  const alternatives = eachOnce(reach.obstacles).map(
    (obstacle): Found => ({
      level: 'warning',
      path: `${where}.${obstacle.condition.path}`,
      problem: 'dead-alternative',
      message: `an alternative of $or matches no event: ${sayObstacle(obstacle)}`,
    }),
  );
  return [...alternatives, ...dead];
}

function eachOnce(obstacles: readonly Obstacle[]): readonly Obstacle[] {
  return [...new Map(obstacles.map((each) => [each.condition.key, each])).values()];
}

function sayObstacle({ condition, field }: Obstacle): string {
  if (field === undefined || field === 'group') return `${condition.path} ${sayMissing(condition.path)}`;
  if (saysAbsent(condition))
    return field.isRequired
      ? `${condition.path} is in every event`
      : `${condition.path} is there wherever ${field.requiredIn} is`;
  const [value] = condition.values;
  const got = value === undefined ? '' : `, got ${sayValue(value)}`;
  return `${condition.path} is ${sayField(field)}${got}`;
}

function saysAbsent({ absent, values, tests }: Condition): boolean {
  return absent && values.length + tests.length === 0;
}

function deadValue({ path, field, value }: DeadValue, where: string): Found {
  const message =
    value === 'absent'
      ? 'exists: false never holds: it is in every event'
      : `${sayPart(value)} never holds: it is ${sayField(field)}`;
  return { level: 'warning', path: `${where}.${path}`, problem: 'dead-value', message };
}

function sayPart(value: Exclude<DeadValue['value'], 'absent'>): string {
  if (typeof value !== 'object' || value === null) return sayValue(value);
  return sayTest(value);
}

function sayTest(test: Test): string {
  switch (test.kind) {
    case 'prefix':
    case 'suffix':
      return `${test.kind} ${sayValue(test.text)}`;
    case 'wildcard':
      return `wildcard ${sayValue(test.pieces.join('*'))}`;
    default:
      return test.kind;
  }
}
