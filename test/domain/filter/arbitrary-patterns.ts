/** Random patterns with every operator and random events with arrays, over few names and values so that they meet. */
import fc from 'fast-check';

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const text = fc.constantFrom(
  '',
  'x',
  'X',
  'xy',
  'yx',
  'Xy',
  'x*y',
  'x\\y',
  'ß',
  'é',
  '10.0.0.1',
  '10.1.2.3',
  '::1',
  '0:0::1',
  '2001:db8::9',
  '1',
  'true',
);
const number = fc.constantFrom(0, 1, -1, 1.5, 100, 301.8, 5e9, 6e9, 1e-7, 123456789012);
const scalar: fc.Arbitrary<Json> = fc.oneof(text, number, fc.boolean(), fc.constant(null));

const wildcard = fc.constantFrom('*', 'x*', '*x', '*x*', 'x*y', 'x\\*y', 'x\\\\y', '', 'x*x*y');
const oneOrMore = (each: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.oneof(each, fc.array(each, { minLength: 1, maxLength: 3 }));
const someText = text.filter((each) => each !== '');

const range = fc
  .tuple(number, number, fc.constantFrom('>', '>='), fc.constantFrom('<', '<='))
  .filter(([low, high]) => low < high)
  .map(([low, high, over, under]): Json => ({ numeric: [over, low, under, high] }));

/** One element of a field's list. */
const element: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 2, arbitrary: fc.boolean().map((exists): Json => ({ exists })) },
  text.map((prefix): Json => ({ prefix })),
  text.map((suffix): Json => ({ suffix })),
  text.map((each): Json => ({ prefix: { 'equals-ignore-case': each } })),
  text.map((each): Json => ({ suffix: { 'equals-ignore-case': each } })),
  text.map((each): Json => ({ 'equals-ignore-case': each })),
  wildcard.map((each): Json => ({ wildcard: each })),
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), number).map((numeric): Json => ({ numeric })),
  range,
  fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '2001:db8::/32', '::1/127').map((cidr): Json => ({ cidr })),
  oneOrMore(text).map((each): Json => ({ 'anything-but': each })),
  oneOrMore(number).map((each): Json => ({ 'anything-but': each })),
  fc
    .oneof(
      oneOrMore(someText).map((prefix): Json => ({ prefix })),
      oneOrMore(someText).map((suffix): Json => ({ suffix })),
      oneOrMore(text).map((each): Json => ({ 'equals-ignore-case': each })),
      oneOrMore(wildcard).map((each): Json => ({ wildcard: each })),
    )
    .map((each): Json => ({ 'anything-but': each })),
);

const list = fc.array(element, { minLength: 1, maxLength: 3 });

/** A valid pattern, small enough. */
export const arbitraryPattern: fc.Arbitrary<{ [name: string]: Json }> = fc
  .letrec<{
    object: { [name: string]: Json };
  }>((tie) => {
    const field = fc.oneof(
      { weight: 4, arbitrary: list as fc.Arbitrary<Json> },
      { weight: 3, arbitrary: tie('object') },
    );
    const fields = fc.dictionary(fc.oneof({ weight: 9, arbitrary: name }, fc.constant('a.b')), field, {
      minKeys: 1,
      maxKeys: 3,
    });
    const or = fc.array(tie('object'), { minLength: 2, maxLength: 3 });
    return {
      object: fc.oneof(
        { maxDepth: 2, depthIdentifier: 'pattern' },
        { weight: 5, arbitrary: fields },
        { weight: 1, arbitrary: or.map((rules) => ({ $or: rules })) },
        { weight: 1, arbitrary: fc.tuple(fields, or).map(([rest, rules]) => ({ ...rest, $or: rules })) },
        { weight: 1, arbitrary: fc.tuple(fields, or).map(([rest, rules]) => ({ $or: rules, ...rest })) },
      ),
    };
  })
  .object.filter((pattern) => JSON.stringify(pattern).length < 1_500);

/** An event: objects, arrays of objects, arrays in arrays, keys with dots. */
export const arbitraryEvent: fc.Arbitrary<{ [name: string]: Json }> = fc.letrec<{
  object: { [name: string]: Json };
  array: Json[];
}>((tie) => ({
  object: fc.dictionary(
    fc.oneof({ weight: 12, arbitrary: name }, fc.constant('a.b')),
    fc.oneof(
      { maxDepth: 4, depthIdentifier: 'event' },
      { weight: 4, arbitrary: scalar },
      { weight: 3, arbitrary: tie('object') as fc.Arbitrary<Json> },
      { weight: 3, arbitrary: tie('array') as fc.Arbitrary<Json> },
    ),
    { maxKeys: 4 },
  ),
  array: fc.array(
    fc.oneof(
      { maxDepth: 4, depthIdentifier: 'event' },
      { weight: 2, arbitrary: scalar },
      { weight: 4, arbitrary: tie('object') as fc.Arbitrary<Json> },
      { weight: 1, arbitrary: tie('array') as fc.Arbitrary<Json> },
    ),
    { maxLength: 3 },
  ),
})).object;
