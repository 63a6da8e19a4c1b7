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

/** `lines` are what scrolled away and the screen; `row` is counted from their first. */
interface State {
  lines: Row[];
  row: number;
  column: number;
  visible: boolean;
  columns: number;
  rows: number;
}

export function terminal(columns: number, rows: number): Terminal {
  const state = { lines: [emptyRow()], row: 0, column: 0, visible: true, columns, rows };
  const shown = (all: readonly Row[]) => all.map(({ text }) => text.join('').trimEnd());
  return {
    write(text) {
      for (const [token, parameter, command] of text.matchAll(TOKENS)) {
        if (command !== undefined) control(state, parameter, command);
        else if (token === '\r') state.column = 0;
        else if (token === '\n') down(state, false);
        else if (token < ' ')
          throw new Error(`the terminal does not know ${JSON.stringify(token)}`);
        else put(state, token);
      }
    },
    resize(newColumns, newRows) {
      wrapAnew(state, newColumns);
      Object.assign(state, { columns: newColumns, rows: newRows });
    },
    screen: () => shown(state.lines.slice(topOf(state))),
    everything: () => shown(state.lines),
    cursor: () => ({
      ...{ row: state.row - topOf(state), column: state.column, visible: state.visible },
    }),
  };
}

/** The first row of the screen. */
const topOf = ({ lines, rows }: State) => Math.max(0, lines.length - rows);

function down(state: State, wrapped: boolean): void {
  state.lines[state.row].wrapped = wrapped;
  state.row += 1;
  state.column = 0;
  if (state.row === state.lines.length) state.lines.push(emptyRow());
}

function put(state: State, character: string): void {
  if (state.column === state.columns) down(state, true);
  const { text } = state.lines[state.row];
  while (text.length < state.column) text.push(' ');
  text[state.column] = character;
  state.column += 1;
}

function control(state: State, parameter: string, command: string): void {
  const { lines, row, column } = state;
  const eraseRest = () => {
    lines[row].text.length = Math.min(column, lines[row].text.length);
  };
  switch (`${parameter.replace(/\d+/, command === 'A' || command === 'm' ? '' : '$&')}${command}`) {
    case 'A':
      state.row = Math.max(topOf(state), row - Number(parameter || 1));
      return;
    case 'K':
      eraseRest();
      return;
    case 'J':
      eraseRest();
      // The screen stays where it is: its rows are emptied.
      for (let r = row + 1; r < lines.length; r++) lines[r] = emptyRow();
      return;
    case '?25h':
    case '?25l':
      state.visible = command === 'h';
      return;
    case 'm':
      return;
    default:
      throw new Error(`the terminal does not know CSI ${parameter}${command}`);
  }
}

function wrapAnew(state: State, columns: number): void {
  const { lines: old, row, column } = state;
  const lines: Row[] = [];
  let carried: string[] = [];
  old.forEach(({ text, wrapped }, r) => {
    if (r === row) {
      state.row = lines.length + Math.floor((carried.length + column) / columns);
      state.column = (carried.length + column) % columns;
    }
    carried = [...carried, ...text];
    if (wrapped) return;
    do {
      const part = carried.splice(0, columns);
      lines.push({ text: part, wrapped: carried.length > 0 });
    } while (carried.length > 0);
  });
  while (lines.length <= state.row) lines.push(emptyRow());
  // Empty rows below the cursor make room first.
  while (lines.length > state.row + 1 && lines[lines.length - 1].text.length === 0) lines.pop();
  state.lines = lines;
}
