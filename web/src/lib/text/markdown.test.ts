import { describe, expect, it } from 'vitest';
import { markdown, safeHref, type Block, type Inline } from './markdown';

/** Links of a tree. */
function links(nodes: (Block | Inline)[]): string[] {
  return nodes.flatMap((n) => [
    ...(n.kind === 'link' ? [n.href] : []),
    ...('children' in n ? links(n.children) : []),
    ...(n.kind === 'list' ? n.items.flatMap(links) : []),
    ...(n.kind === 'table' ? [...n.head, ...n.rows.flat()].flatMap(links) : []),
  ]);
}

const p = (...children: Inline[]): Block => ({ kind: 'paragraph', children });
const text = (t: string): Inline => ({ kind: 'text', text: t });

describe('markdown', () => {
  it('reads what it knows', () => {
    expect(markdown('a **b** *c* `d_e_f` snake_case_name')).toEqual([
      p(text('a '), { kind: 'strong', children: [text('b')] }, text(' '), { kind: 'em', children: [text('c')] }, text(' '), { kind: 'code', text: 'd_e_f' }, text(' snake_case_name')),
    ]);
    expect(markdown('# T #\n\n> q\n\n---\n```go\na\n\nb\n```\n')).toEqual([
      { kind: 'heading', level: 1, children: [text('T')] },
      { kind: 'quote', children: [p(text('q'))] },
      { kind: 'rule' },
      { kind: 'code', text: 'a\n\nb' },
    ]);
    expect(markdown('- a\n- b\n  - c\n\n1. d')).toEqual([
      { kind: 'list', ordered: false, items: [[p(text('a'))], [p(text('b')), { kind: 'list', ordered: false, items: [[p(text('c'))]] }]] },
      { kind: 'list', ordered: true, items: [[p(text('d'))]] },
    ]);
    expect(markdown('| a | b |\n|---|---|\n| 1 | 2 |')).toEqual([{ kind: 'table', head: [[text('a')], [text('b')]], rows: [[[text('1')], [text('2')]]] }]);
    expect(markdown('a  \nb \\* c')).toEqual([p(text('a'), { kind: 'break' }, text('b * c'))]);
  });

  it('links only where a link may lead', () => {
    expect(links(markdown('[a](https://x.y/z) <mailto:a@b.c> https://e.f. [g](#/schema/X)'))).toEqual(['https://x.y/z', 'mailto:a@b.c', 'https://e.f', '#/schema/X']);
    const bad = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' javascript:x', 'java\nscript:x', 'data:text/html,x', 'vbscript:x', '//evil.example', 'file:///etc/passwd', '\u0001javascript:x'];
    for (const href of bad) {
      expect(safeHref(href), href).toBe('');
      expect(links(markdown(`[a](${href}) [b](<${href}>) <${href}>`)), href).toEqual([]);
    }
  });

  it('leaves HTML as text', () => {
    expect(markdown('<img src=x onerror=alert(1)>')).toEqual([p(text('<img src=x onerror=alert(1)>'))]);
  });

  it('does not hang or overflow', () => {
    const begin = performance.now();
    for (const piece of ['*', '**', '`', '[', '](', '> ', '- ', '| ', '_a', '<https://', '![', '\\', '  \n']) {
      markdown(piece.repeat(5_000));
      markdown(('x' + piece).repeat(5_000));
    }
    expect(performance.now() - begin).toBeLessThan(5_000);
  });
});
