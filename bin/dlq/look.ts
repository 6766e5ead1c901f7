/** `dlq list` and `dlq show`. */

import type { Listed, Shown } from '../../src/domain/dead-letters/answers.ts';
import { ACCESS_OPTIONS } from '../access.ts';
import { readArgs, readWords, UsageError } from '../command.ts';
import { painter } from '../terminal.ts';
import { readSelectionOptions, SELECTION_OPTIONS } from './selection-options.ts';
import { groupsInWords, letterInWords, lettersInWords } from './words.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const WHERE = { ...ACCESS_OPTIONS, data: { type: 'string' }, json: { type: 'boolean' } } as const;

export async function list(args: readonly string[]): Promise<number> {
  const given = readArgs(args, { ...WHERE, ...SELECTION_OPTIONS });
  const selection = readSelectionOptions(given);
  const bench = await openWorkbench(given);
  try {
    const listed = (await bench.act('dead-letters', { selection })) as Listed;
    if (given.json) {
      const letters = await allLetters(bench, selection, listed);
      console.log(JSON.stringify({ ...listed, letters, next: undefined }));
      return 0;
    }
    const paint = painter(process.stdout, process.env);
    const lines = [...groupsInWords(listed, paint)];
    if (listed.letters.length > 0) {
      lines.push('', ...lettersInWords(listed.letters, paint));
      if (listed.next !== undefined) lines.push('… and more: select fewer, or --json');
    }
    console.log(lines.join('\n'));
    return 0;
  } finally {
    await bench.close();
  }
}

/** Over all pages, where the home has pages. */
async function allLetters(bench: Workbench, selection: object, first: Listed): Promise<Listed['letters']> {
  const letters = [...first.letters];
  for (let { next } = first; next !== undefined; ) {
    const page = (await bench.act('dead-letters', { selection, next })) as Listed;
    letters.push(...page.letters);
    next = page.next;
  }
  return letters;
}

export async function show(args: readonly string[]): Promise<number> {
  const { given, words } = readWords(args, { ...WHERE, queue: { type: 'string' } });
  const [id] = words;
  if (id === undefined || words.length > 1)
    throw new UsageError('show takes one id, of a message or of an event: see list');
  const bench = await openWorkbench(given);
  try {
    const { letters } = (await bench.act('dead-letters', {
      selection: { ids: [id], ...(given.queue !== undefined && { queue: given.queue }) },
    })) as Listed;
    if (letters.length === 0) throw new Error(`no dead letter has the id ${id}`);
    const shown: Shown[] = [];
    for (const { queue, messageId } of letters)
      shown.push((await bench.act('dead-letter', { queue, messageId })) as Shown);
    const paint = painter(process.stdout, process.env);
    console.log(
      given.json
        ? shown.map((letter) => JSON.stringify(letter)).join('\n')
        : shown.map((letter) => letterInWords(letter, paint)).join('\n\n'),
    );
    return 0;
  } finally {
    await bench.close();
  }
}
