#!/usr/bin/env node
/** `audit-stream`: what a person runs. */
import { readFileSync } from 'node:fs';
import { type Command, UsageError } from './command.ts';
import { doctor } from './commands/doctor.ts';
import { emit } from './commands/emit.ts';
import { replay } from './commands/replay.ts';
import { serve } from './commands/serve.ts';
import { tail } from './commands/tail.ts';

const COMMANDS: Readonly<Record<string, Command>> = { serve, emit, tail, doctor, replay };

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
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`);
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
