// A small subset of Markdown, as a tree: what shows it makes elements, never HTML from text.

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'em'; children: Inline[] }
  | { kind: 'link'; href: string; children: Inline[] }
  | { kind: 'break' };

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; children: Block[] }
  | { kind: 'list'; ordered: boolean; items: Block[][] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' };

const maxDepth = 8;

/** Reads a text. Anything that is not of the subset stands for itself. */
export function markdown(text: string): Block[] {
  return blocks(text.replaceAll('\r\n', '\n').split('\n'), 0);
}

const item = /^(\s{0,3})([-*+]|\d{1,9}[.)])\s+(.*)$/;
const fence = /^\s{0,3}(```+|~~~+)/;
const rule = /^\s{0,3}([-*_])\s*(\1\s*){2,}$/;
const divider = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function blocks(lines: string[], depth: number): Block[] {
  const out: Block[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) out.push({ kind: 'paragraph', children: inline(paragraph.join('\n'), 0) });
    paragraph = [];
  };
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!;
    const begin = fence.exec(line);
    const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
    if (begin) {
      flush();
      let end = i + 1;
      while (end < lines.length && !lines[end]!.trim().startsWith(begin[1]!)) end++;
      out.push({ kind: 'code', text: lines.slice(i + 1, end).join('\n') });
      i = end + 1;
    } else if (line.trim() === '') {
      flush();
      i++;
    } else if (heading) {
      flush();
      out.push({ kind: 'heading', level: heading[1]!.length, children: inline(heading[2]!, 0) });
      i++;
    } else if (paragraph.length === 0 && rule.test(line)) {
      out.push({ kind: 'rule' });
      i++;
    } else if (/^\s{0,3}>/.test(line) && depth < maxDepth) {
      flush();
      let end = i;
      while (end < lines.length && /^\s{0,3}>/.test(lines[end]!)) end++;
      out.push({ kind: 'quote', children: blocks(lines.slice(i, end).map((l) => l.replace(/^\s{0,3}> ?/, '')), depth + 1) });
      i = end;
    } else if (item.test(line) && depth < maxDepth) {
      flush();
      const [list, next] = listAt(lines, i, depth);
      out.push(list);
      i = next;
    } else if (line.includes('|') && i + 1 < lines.length && lines[i + 1]!.includes('-') && divider.test(lines[i + 1]!) && cells(line).length === cells(lines[i + 1]!).length) {
      flush();
      let end = i + 2;
      while (end < lines.length && lines[end]!.includes('|')) end++;
      out.push({ kind: 'table', head: cells(line), rows: lines.slice(i + 2, end).map(cells) });
      i = end;
    } else if (/^( {4}|\t)/.test(line) && paragraph.length === 0) {
      let end = i;
      while (end < lines.length && (/^( {4}|\t)/.test(lines[end]!) || lines[end]!.trim() === '')) end++;
      out.push({ kind: 'code', text: lines.slice(i, end).map((l) => l.replace(/^( {4}|\t)/, '')).join('\n').trimEnd() });
      i = end;
    } else {
      paragraph.push(line.replace(/^\s+/, ''));
      i++;
    }
  }
  flush();
  return out;
}

const cells = (line: string): Inline[][] =>
  line.trim().replace(/^\|/, '').replace(/\|$/, '').split('|').map((c) => inline(c.trim(), 0));

/** The list that begins at line i, and the line behind it. */
function listAt(lines: string[], i: number, depth: number): [Block, number] {
  const ordered = /\d/.test(item.exec(lines[i]!)![2]!);
  const items: string[][] = [];
  while (i < lines.length) {
    const line = lines[i]!;
    const found = item.exec(line);
    if (found && /\d/.test(found[2]!) === ordered && found[1]!.length < 2) items.push([found[3]!]);
    else if (found && found[1]!.length < 2) break;
    else if (/^\s{2,}/.test(line)) items.at(-1)!.push(line.replace(/^ {2,4}|^\t/, ''));
    else if (line.trim() !== '') {
      if (lines[i - 1]!.trim() === '' || fence.test(line) || line.startsWith('#')) break;
      items.at(-1)!.push(line);
    } else if (!/^\s{2,}\S/.test(lines[i + 1] ?? '') && !item.test(lines[i + 1] ?? '')) break;
    else items.at(-1)!.push('');
    i++;
  }
  return [{ kind: 'list', ordered, items: items.map((l) => blocks(l, depth + 1)) }, i];
}

const marks = /(`+)([\s\S]*?[^`])\1(?!`)|\*\*(?=\S)([\s\S]*?\S)\*\*|__(?=\S)([\s\S]*?\S)__|(?<!\w)[*_](?=[^\s*_])([\s\S]*?[^\s*_])[*_](?!\w)|\[([^\]]*)\]\(\s*<?([^\s()<>]*)>?(?:\s+"[^"]*")?\s*\)|<((?:https?:\/\/|mailto:)[^\s<>]+)>|(https?:\/\/[^\s<>()`*]*[^\s<>()`*.,;:!?'"])|\\([!-/:-@[-`{-~])|( {2,}\n|\\\n)/g;

function inline(text: string, depth: number): Inline[] {
  if (depth > maxDepth) return [{ kind: 'text', text }];
  const out: Inline[] = [];
  let last = 0;
  const plain = (s: string) => {
    const before = out.at(-1);
    if (s === '') return;
    if (before?.kind === 'text') before.text += s;
    else out.push({ kind: 'text', text: s });
  };
  for (const m of text.matchAll(marks)) {
    plain(text.slice(last, m.index));
    last = m.index + m[0].length;
    const strong = m[3] ?? m[4];
    const bare = m[8] ?? m[9];
    if (m[2] !== undefined) out.push({ kind: 'code', text: m[2].trim() || m[2] });
    else if (strong !== undefined) out.push({ kind: 'strong', children: inline(strong, depth + 1) });
    else if (m[5] !== undefined) out.push({ kind: 'em', children: inline(m[5], depth + 1) });
    else if (m[6] !== undefined) {
      const href = safeHref(m[7] ?? '');
      if (href) out.push({ kind: 'link', href, children: inline(m[6], depth + 1) });
      else plain(m[0]);
    } else if (bare !== undefined) out.push({ kind: 'link', href: bare, children: [{ kind: 'text', text: bare }] });
    else if (m[10] !== undefined) plain(m[10]);
    else out.push({ kind: 'break' });
  }
  plain(text.slice(last));
  return out;
}

/** An address that a link may have: of the web, of mail, or within the page. "" for any other. */
export function safeHref(href: string): string {
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(href) || /^#[/\w-]/.test(href) ? href : '';
}
