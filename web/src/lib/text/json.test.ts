import { describe, expect, it } from 'vitest';
import { lineOf, parseJson, pretty, tokens } from './json';

describe('json', () => {
  it('cuts any text into pieces that are the text', () => {
    for (const text of ['{"a": [1, -2.5e3, true, null, "x\\"y"]}', '{"a', '[1,,2', 'x "', '"\n"', '', '{"é": "😀"}', "{'a': 1}"]) {
      expect(tokens(text).map((t) => t.text).join('')).toBe(text);
    }
    expect(tokens('{"a": "a"}').map((t) => t.kind)).toEqual(['punctuation', 'key', 'punctuation', 'space', 'string', 'punctuation']);
  });

  it('indents without touching numbers', () => {
    expect(pretty('{"a":[1.0,12345678901234567890,{}],"b":[],"c":{"d":null}}')).toBe('{\n  "a": [\n    1.0,\n    12345678901234567890,\n    {}\n  ],\n  "b": [],\n  "c": {\n    "d": null\n  }\n}');
    expect(pretty('{"a":')).toBe('{"a":');
  });

  it('tells the line of a mistake', () => {
    expect(parseJson('{\n  "a": 1,\n  b\n}')).toMatchObject({ mistake: { line: 3 } });
    expect(parseJson('{\n"a": 1\n')).toMatchObject({ mistake: { line: 2 } });
    expect(parseJson('[1]')).toEqual({ value: [1] });
  });

  it('finds the line of a pointer', () => {
    const text = '{\n  "a": {\n    "x/y": 1,\n    "b": [\n      1,\n      {\n        "c": 2\n      }\n    ]\n  },\n  "d": 1\n}';
    expect(['', '/a', '/a/x~1y', '/a/b/0', '/a/b/1/c', '/d', '/a/none', '/none'].map((p) => lineOf(text, p))).toEqual([1, 2, 3, 5, 7, 11, 2, 1]);
    expect(lineOf('{"a', '/a')).toBe(1);
  });
});
