#!/usr/bin/env node
// Plain syntax up to the check: an old Node must reach the message instead of a SyntaxError.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `  ocpp-load needs Node 22.18 or newer; this is Node ${process.versions.node}.\n` +
      '      install one from https://nodejs.org, or run `npx -p node@24 -p ocpp-load ocpp-load`\n',
  );
  process.exitCode = 104;
} else {
  // A reader that goes away (`| head`) is no error of ours; everything else is.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  // While nobody else listens: modules and scenario take a second to load, or the report is out.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      if (process.listenerCount(signal) > 1) return;
      process.stderr.write(`\n  stopped by ${signal} before it was done; exit 130\n`);
      // Whoever loads a scenario takes an exit for the scenario's.
      process.removeAllListeners('exit');
      process.exit(130);
    });
  }
  // Node keeps what it compiled in the folder for temporary files: the next start is lighter.
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.();
  const { main } = await import('../dist/cli/main.js');
  const exitCode = await main(process.argv.slice(2));
  // A scenario may have left a timer or a pool open: the program ends all the same.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}
