#!/usr/bin/env node
/** `audit-stream`: what a person runs. */
import { readFileSync } from 'node:fs';
import { type Command, UsageError } from './command.ts';

/** SQLite without a flag, and types stripped: what is in Lambda too. */
const NEEDED_NODE = 24;
if (Number.parseInt(process.versions.node, 10) < NEEDED_NODE) {
  console.error(
    `audit-stream needs Node ${NEEDED_NODE} or newer, this is ${process.versions.node}. Without installing it: npx -p node@${NEEDED_NODE} -p audit-stream audit-stream --help`,
  );
  process.exit(2);
}

const [
  { serve },
  { emit },
  { tail },
  { dashboard },
  { doctor },
  { alerts },
  { dlq },
  { replay },
  { rules },
  { standIn },
] = await Promise.all([
  import('./commands/serve.ts'),
  import('./commands/emit.ts'),
  import('./commands/tail.ts'),
  import('./commands/dashboard.ts'),
  import('./commands/doctor.ts'),
  import('./commands/alerts.ts'),
  import('./commands/dlq.ts'),
  import('./commands/replay.ts'),
  import('./commands/rules.ts'),
  import('./commands/stand-in.ts'),
]);
const COMMANDS: Readonly<Record<string, Command>> = {
  serve,
  emit,
  tail,
  dashboard,
  doctor,
  alerts,
  dlq,
  replay,
  rules,
  'stand-in': standIn,
};

const [name, ...args] = process.argv.slice(2);
const command = name === undefined ? undefined : Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;

if (name === '--version') {
  console.log(version());
} else if (name === undefined || name === '--help' || name === 'help') {
  console.log(overview());
  process.exitCode = name === undefined ? 2 : 0;
} else if (command === undefined) {
  console.error(`audit-stream has no command "${name}".\n\n${overview()}`);
  process.exitCode = 2;
} else if (args.includes('--help')) {
  console.log(command.help);
} else {
  try {
    process.exitCode = await command.run(args);
  } catch (error) {
    console.error(`audit-stream ${name}: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof UsageError) console.error(`See audit-stream ${name} --help.`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`);
  return `audit-stream: audit events, live, and nothing lost

${lines.join('\n')}

audit-stream <command> --help tells more. audit-stream --version tells which this is.`;
}

/** From the source tree or from `dist`, one folder further down. */
function version(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string })
        .version;
    } catch {}
  }
  return 'unknown';
}
