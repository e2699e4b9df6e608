/** A piece of a JSON text. */
export interface Token {
  kind: 'key' | 'string' | 'number' | 'word' | 'punctuation' | 'space' | 'bad';
  text: string;
}

const pieces = /("(?:[^"\\\n]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{}[\],:])|(\s+)|([^\s{}[\],:"]+|")/g;

/** Cuts a JSON text, whole or broken, into pieces that together are the text. */
export function tokens(text: string): Token[] {
  const out: Token[] = [];
  for (const [all, string, number, word, punctuation, space] of text.matchAll(pieces)) {
    const kind = string ? 'string' : number ? 'number' : word ? 'word' : punctuation ? 'punctuation' : space ? 'space' : 'bad';
    if (punctuation === ':') {
      const key = out.findLast((t) => t.kind !== 'space');
      if (key?.kind === 'string') key.kind = 'key';
    }
    out.push({ kind, text: all });
  }
  return out;
}

/** Where and why a text is no JSON. */
export interface JsonMistake {
  message: string;
  line: number;
}

/** Reads JSON; says the line of a mistake. */
export function parseJson(text: string): { value: unknown } | { mistake: JsonMistake } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (e) {
    const message = e instanceof Error ? e.message : String(e);
    const position = /position (\d+)/.exec(message);
    const told = /line (\d+)/.exec(message);
    const end = text.trimEnd().length; // what is missing at the end is missing behind the last line that has something
    const line = !position && told ? Number(told[1]) : text.slice(0, Math.min(position ? Number(position[1]) : end, end)).split('\n').length;
    return { mistake: { message: message.replace(/ in JSON at position.*$/, '').replace(/^JSON\.parse: /, '').replace(/, "[\s\S]*$/, ''), line } };
  }
}

/** Writes JSON anew with indents, keeping numbers and strings as they are. A text that is no JSON stays. */
export function pretty(text: string, indent = '  '): string {
  if ('mistake' in parseJson(text)) return text;
  let out = '';
  let depth = 0;
  const list = tokens(text).filter((t) => t.kind !== 'space');
  const line = () => '\n' + indent.repeat(depth);
  list.forEach((t, i) => {
    const empty = (list[i + 1]?.text === '}' && t.text === '{') || (list[i + 1]?.text === ']' && t.text === '[');
    if (t.kind !== 'punctuation') out += t.text;
    else if (t.text === '{' || t.text === '[') {
      depth++;
      out += t.text + (empty ? '' : line());
    } else if (t.text === '}' || t.text === ']') {
      depth--;
      const before = list[i - 1]?.text;
      out += (before === '{' || before === '[' ? '' : line()) + t.text;
    } else if (t.text === ',') out += ',' + line();
    else out += ': ';
  });
  return out;
}

/** The line on which the value at a JSON pointer begins, or the nearest value around it. 1 if the text is broken. */
export function lineOf(text: string, pointer: string): number {
  const path = pointer.split('/').slice(1).map((p) => p.replaceAll('~1', '/').replaceAll('~0', '~'));
  const stack: { list: boolean; index: number; key: string }[] = [];
  let line = 1;
  let best = { line: 1, depth: -1 };
  let key: string | undefined;
  const visit = () => {
    const here = stack.map((s) => (s.list ? String(s.index) : s.key));
    if (here.length <= path.length && here.every((p, i) => p === path[i]) && here.length > best.depth) best = { line, depth: here.length };
  };
  for (const t of tokens(text)) {
    const top = stack.at(-1);
    if (t.kind === 'space') {
      line += t.text.split('\n').length - 1;
    } else if (t.kind === 'key') {
      key = JSON.parse(t.text) as string;
      if (top) top.key = key;
    } else if (t.text === '{' || t.text === '[') {
      visit();
      stack.push({ list: t.text === '[', index: 0, key: '' });
    } else if (t.text === '}' || t.text === ']') {
      stack.pop();
    } else if (t.text === ',') {
      if (top) top.index++;
    } else if (t.kind !== 'punctuation') visit();
  }
  return best.line;
}
