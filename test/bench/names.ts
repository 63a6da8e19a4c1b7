/** Which benches a command line asks for. */

/** Ends the program, with what there is, when one is unknown. */
export function chosen<T>(
  benches: Readonly<Record<string, T>>,
  names: readonly string[],
): [name: string, bench: T][] {
  const unknown = names.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    const all = Object.keys(benches).join(', ');
    process.stderr.write(`no bench ${unknown.join(', ')}; there is ${all}\n`);
    process.exit(1);
  }
  return (names.length > 0 ? names : Object.keys(benches)).map((name) => [name, benches[name]]);
}
