/** What `npm run prove -- secrets` does. */
import { parseArgs } from 'node:util';
import { plantSecrets } from './planted-secrets.ts';

export async function proveSecrets(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string' } },
  });
  const runs = Number(values.runs);
  const seed = Number(values.seed ?? process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${runs} structures with planted secrets, seed ${seed}`);
  try {
    await plantSecrets(runs, seed);
    console.log('none leaked');
    return true;
  } catch (error) {
    const { message, cause } = error as Error;
    console.log(`${cause instanceof Error ? `${cause.message}\n` : ''}${message}`);
    return false;
  }
}
