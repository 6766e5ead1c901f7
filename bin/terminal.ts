/** Colours where they help a person. */

const COLORS = { red: 31, green: 32, yellow: 33, blue: 34, gray: 90, bold: 1 } as const;
export type Color = keyof typeof COLORS;
export type Paint = (color: Color, text: string) => string;

/** Colours for people: not in pipes, not with NO_COLOR. https://no-color.org */
export function painter(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const on = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return on ? (color, text) => `\u001b[${COLORS[color]}m${text}\u001b[0m` : (_, text) => text;
}
