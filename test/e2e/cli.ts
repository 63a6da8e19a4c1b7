/** The command line from the sources, as a program of its own: for signals and limits. */
import { main } from '../../src/cli/main.ts';

process.exitCode = await main(process.argv.slice(2));
