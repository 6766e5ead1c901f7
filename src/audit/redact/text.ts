/** Masks the secrets of a text of any form: JSON that is cut or broken, forms, XML, logs. */
import { MASK, maskSecrets } from '../../domain/event/mask-secrets.ts';
import { isSecretName } from '../../domain/event/secret-name.ts';

/** `"name":`, `name=`, `name:`, `<name …>`: what comes next is the value. */
const NAME = /(["']?)([\w.-]{2,64})\1\s*[:=]\s*|<([\w.:-]{2,64})(?:\s[^<>]*)?>/g;
/** Where a value ends that begins with this. A list or an object under such a name is taken to the end of the text. */
const QUOTED = { '"': /"(?:[^"\\]|\\.)*"?/y, "'": /'(?:[^'\\]|\\.)*'?/y } as const;
const BRACKETS = /[{[]/;
const BARE = /[^\s,;&}\])<]*/y;

export function redactText(text: string): { readonly text: string; readonly masked: boolean } {
  let named = '';
  let done = 0;
  NAME.lastIndex = 0;
  for (let found = NAME.exec(text); found; found = NAME.exec(text)) {
    const start = found.index + found[0].length;
    const name = found[2] ?? found[3] ?? '';
    if (!isSecretName(name)) continue;
    const end = found[3] === undefined ? endOfValue(text, start) : endOfElement(text, start, name);
    if (end === start || text.startsWith(MASK, start)) continue;
    const quote = text[start] === '"' ? '"' : '';
    named += `${text.slice(done, start)}${quote}${MASK}${quote}`;
    done = end;
    NAME.lastIndex = end;
  }
  named += text.slice(done);
  const formed = maskSecrets(named, named.length);
  return { text: formed.text, masked: done > 0 || formed.masked };
}

function endOfValue(text: string, start: number): number {
  const first = text[start] ?? '';
  if (BRACKETS.test(first)) return text.length;
  const value = QUOTED[first as keyof typeof QUOTED] ?? BARE;
  value.lastIndex = start;
  value.test(text);
  return Math.max(start, value.lastIndex);
}

function endOfElement(text: string, start: number, name: string): number {
  const end = text.indexOf(`</${name}`, start);
  return end < 0 ? text.length : end;
}
