/** How long a module takes to load in a process that has loaded nothing else. `node start.ts <module>` */
import { createRequire } from 'node:module';

const beganMs = performance.now();
createRequire(import.meta.url)(process.argv[2] ?? '');
process.send?.({ loadMs: performance.now() - beganMs });
process.disconnect?.();
process.exit();
