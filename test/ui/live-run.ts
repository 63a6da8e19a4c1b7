/** A run of the real program with a live page. */
import { startCli, until } from '../e2e/support.ts';

/** As soon as its page can be reached; `url` is without the token. */
export async function startLiveRun(file: string, ...flags: readonly string[]) {
  let shown = '';
  const cli = startCli(['run', file, '--ui', '127.0.0.1:0', ...flags]);
  cli.child.stderr?.on('data', (text: string) => {
    shown += text;
  });
  const place = () => /live page: (http:\S+\/)(?:#token=(\S+))?\s/.exec(shown);
  await until(() => place() !== null || cli.child.exitCode !== null, 'the address of the page');
  const [, url = '', token = ''] = place() ?? [];
  return { ...cli, url, token };
}
