/**
 * What user code prints goes to stderr from now on: stdout is for results alone. The returned
 * function undoes that.
 */
export function outputToStderr(): () => void {
  const { stdout, stderr } = process;
  const { write } = stdout;
  // The console looks `write` up at every call, so this is enough for console.log too.
  stdout.write = stderr.write.bind(stderr);
  return () => {
    stdout.write = write;
  };
}
