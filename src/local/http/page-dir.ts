/** Where the built page lies: in `dist` of a checkout, beside the compiled code in an installed package. */
import { fileURLToPath } from 'node:url';

const fromHere = import.meta.url.endsWith('.ts') ? '../../../dist/dashboard' : '../../../dashboard';

export const PAGE_DIR = fileURLToPath(new URL(fromHere, import.meta.url));
