/** `npm run rehearse`: says each step, shows what it measured, ends with 1 if something was not as promised. */
import { miniStack } from './ministack.ts';
import { rehearse } from './rehearse.ts';

const startedAtMs = Date.now();
const part = miniStack();
if ('missing' in part) {
  console.error(`The rehearsal needs an emulator of AWS that runs on Python: ${part.missing}.`);
  process.exit(1);
}
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const broken = await rehearse({
  seed,
  step: (what) =>
    console.log(`${String(Math.round((Date.now() - startedAtMs) / 1_000)).padStart(4)} s  ${what}`),
  say: (text) => console.log(text.replace(/^/gm, '        ')),
});
for (const what of broken) console.error(`BROKEN: ${what}`);
console.log(broken.length === 0 ? 'All as promised.' : `${broken.length} things are not as promised.`);
process.exitCode = broken.length === 0 ? 0 : 1;
