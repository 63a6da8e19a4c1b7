import { Argument, Command } from 'commander';
import { readKey, writeKey } from '../bundle/keys.ts';
import type { Context } from './context.ts';

const HELP = `
Examples:
  ocpp-load keys new load.nk
  ocpp-load keys show load.nk

The file holds the seed of an nkey, for its owner alone to read (mode 0600): a secret. Who starts
runs has it (--sign-key); agents are told its public key (--trust), and run what it signed alone.
A file that is there is never replaced.
`;

export function keysCommand(context: Context): Command {
  return new Command('keys')
    .description('Make a key that runs over many machines are signed with, or show its public half')
    .addArgument(new Argument('<action>', 'what to do').choices(['new', 'show']))
    .argument('<file>', 'of the key')
    .addHelpText('after', HELP)
    .action((action: 'new' | 'show', file: string) => {
      if (action === 'new') context.consequence = 'nothing was written.';
      const made = action === 'new';
      const publicKey = made ? writeKey(file) : readKey(file).publicKey;
      context.io.stdout.write(keyText(file, publicKey, made));
    });
}

function keyText(file: string, publicKey: string, made: boolean): string {
  const lines = [
    ...(made ? [`wrote ${file}: a secret, keep it with who starts runs`] : []),
    `public key  ${publicKey}`,
    `agents      ocpp-load agent --nats URL --trust ${publicKey}`,
    `runs        ocpp-load run SCENARIO --nats URL --agents N --sign-key ${file}`,
  ];
  return lines.map((line) => `  ${line}\n`).join('');
}
