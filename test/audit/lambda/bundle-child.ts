/** Bundles the audited handler in a process of its own (Jest's realms are not for the bundler): `node bundle-child.ts FOLDER`. */
import { fileURLToPath } from 'node:url';
import { bundle } from '../../../lambdas/build.ts';

await bundle(fileURLToPath(new URL('./fixtures/handler.ts', import.meta.url)), process.argv[2] as string);
