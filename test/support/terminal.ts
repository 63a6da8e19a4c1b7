/**
 * A terminal small enough to trust: characters, CR, LF, and what ocpp-load writes of CSI (A, J, K,
 * m, ?25h, ?25l). Anything else that moves something is an error. Made narrower it wraps its lines
 * anew, as most terminals do; colours are ignored.
 */
export interface Terminal {
  write(text: string): void;
  resize(columns: number, rows: number): void;
  /** What is on the screen, without spaces at the ends of its lines. */
  screen(): string[];
  /** What was ever shown and not erased: what scrolled away, then the screen. */
  everything(): string[];
  cursor(): { readonly row: number; readonly column: number; readonly visible: boolean };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal reads
const TOKENS = /\u001b\[([?\d;]*)([A-Za-z])|[\r\n]|[^\u0000-\u001f\u007f]|[\s\S]/gu;

/** One line of the terminal; `wrapped`: it goes on in the next. */
interface Row {
  text: string[];
  wrapped: boolean;
}

const emptyRow = (): Row => ({ text: [], wrapped: false });

export function terminal(columns: number, rows: number): Terminal {
  let lines: Row[] = [emptyRow()];
  let [row, column, visible] = [0, 0, true];
  /** The first row of the screen. */
  const top = () => Math.max(0, lines.length - rows);

  function down(wrapped: boolean) {
    lines[row].wrapped = wrapped;
    row += 1;
    if (row === lines.length) lines.push(emptyRow());
  }

  function put(character: string) {
    if (column === columns) {
      down(true);
      column = 0;
    }
    const { text } = lines[row];
    while (text.length < column) text.push(' ');
    text[column] = character;
    column += 1;
  }

  function control(parameter: string, command: string) {
    const n = Number(parameter || (command === 'A' ? 1 : 0));
    if (command === 'A') row = Math.max(top(), row - n);
    else if (command === 'K' && n === 0)
      lines[row].text.length = Math.min(column, lines[row].text.length);
    else if (command === 'J' && n === 0) {
      lines[row].text.length = Math.min(column, lines[row].text.length);
      // The screen stays where it is: its rows are emptied.
      for (let r = row + 1; r < lines.length; r++) lines[r] = emptyRow();
    } else if (parameter === '?25' && command === 'h') visible = true;
    else if (parameter === '?25' && command === 'l') visible = false;
    else if (command !== 'm')
      throw new Error(`the terminal does not know CSI ${parameter}${command}`);
  }

  function wrapAnew(narrower: number) {
    const old = lines;
    const cursor = { row, column };
    lines = [];
    let carried: string[] = [];
    old.forEach(({ text, wrapped }, r) => {
      if (r === cursor.row) {
        row = lines.length + Math.floor((carried.length + cursor.column) / narrower);
        column = (carried.length + cursor.column) % narrower;
      }
      carried = [...carried, ...text];
      if (wrapped) return;
      do {
        const part = carried.splice(0, narrower);
        lines.push({ text: part, wrapped: carried.length > 0 });
      } while (carried.length > 0);
    });
    while (lines.length <= row) lines.push(emptyRow());
  }

  const shown = (all: readonly Row[]) => all.map(({ text }) => text.join('').trimEnd());
  return {
    write(text) {
      for (const [token, parameter, command] of text.matchAll(TOKENS)) {
        if (command !== undefined) control(parameter, command);
        else if (token === '\r') column = 0;
        else if (token === '\n') {
          down(false);
          column = 0;
        } else if (token < ' ')
          throw new Error(`the terminal does not know ${JSON.stringify(token)}`);
        else put(token);
      }
    },
    resize(newColumns, newRows) {
      wrapAnew(newColumns);
      columns = newColumns;
      rows = newRows;
    },
    screen: () => shown(lines.slice(top())),
    everything: () => shown(lines),
    cursor: () => ({ row: row - top(), column, visible }),
  };
}
