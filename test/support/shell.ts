/** The commands in shell scripts, as far as documentation uses the shell. */

/** A fenced block of a Markdown file. */
export interface Block {
  /** After the fence: `sh`, `yaml`, ... */
  readonly language: string;
  readonly text: string;
  /** Of the fence, from 1. */
  readonly line: number;
}

export function blocksIn(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const match of markdown.matchAll(/^```([^\n]*)\n(.*?)^```/gms)) {
    const line = markdown.slice(0, match.index).split('\n').length;
    blocks.push({ language: match[1].trim(), text: match[2], line });
  }
  return blocks;
}

/** Words and operators; quotes and comments are gone, `$name` stays as it is. */
const OPERATOR = /\n|\|\||&&|;;?|\||&(?!>)|\$\(|[()]/.source;
const REDIRECT = /(?:\d|&)?>>?(?:&\d)?|</.source;
const QUOTED = /'[^']*'|"(?:\\.|[^"\\])*"/.source;
const WORD = String.raw`(?:\\.|${QUOTED}|[^\s\\'"|&;()<>#$]|\$(?!\()|(?<=\S)#)+`;
const NAMED = `(?<operator>${OPERATOR})|(?<redirect>${REDIRECT})|(?<word>${WORD})`;
const TOKEN = new RegExp(String.raw`\\\n|[ \t]+|#[^\n]*|${NAMED}`, 'gs');

/** The simple commands of a script, each as its words. */
export function commandsIn(script: string): string[][] {
  const commands: string[][] = [[]];
  let redirected = false;
  for (const { groups } of script.matchAll(TOKEN)) {
    const { operator, redirect, word } = groups ?? {};
    if (operator !== undefined) commands.push([]);
    else if (redirect !== undefined) redirected = !/&\d$/.test(redirect);
    else if (word !== undefined) {
      if (!redirected) commands[commands.length - 1].push(unquoted(word));
      redirected = false;
    }
  }
  return commands.filter((words) => words.length > 0);
}

const unquoted = (word: string) =>
  word.replace(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
    (_, single, double, escaped) =>
      single ?? (double === undefined ? escaped : double.replace(/\\(["\\$`])/g, '$1')),
  );

const LEAD = /^(?:do|then|else|if|while|until|!|time|exec|env|npx|--no-install|[A-Za-z_]\w*=.*)$/s;

/** What `ocpp-load` is called with in a script: the words after its name, a call each. */
export function callsIn(script: string, program = 'ocpp-load'): string[][] {
  return commandsIn(script).flatMap((words) => {
    const first = words.findIndex((word) => !LEAD.test(word));
    return words[first] === program ? [words.slice(first + 1)] : [];
  });
}
