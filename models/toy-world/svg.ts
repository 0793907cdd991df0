/** @file The few SVG shapes that the toy world is made of, as text; coordinates in units of a 128 × 128 picture. */

/** A number with at most two decimals, which is below a hundredth of a pixel. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Fill, and optionally a line around it. */
export interface Paint {
  readonly fill: string;
  readonly line?: string;
  readonly width?: number;
}

/** How wide the line around a body part is. */
export const LINE_WIDTH = 1.5;

function attributes(paint: Paint): string {
  const line = paint.line ? ` stroke="${paint.line}" stroke-width="${paint.width ?? LINE_WIDTH}"` : '';
  return `fill="${paint.fill}"${line}`;
}

export function ellipse(x: number, y: number, rx: number, ry: number, paint: Paint, degrees = 0): string {
  const turn = degrees === 0 ? '' : ` transform="rotate(${n(degrees)} ${n(x)} ${n(y)})"`;
  return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}" ${attributes(paint)}${turn}/>`;
}

export function circle(x: number, y: number, radius: number, paint: Paint): string {
  return ellipse(x, y, radius, radius, paint);
}

export function rect(x: number, y: number, width: number, height: number, paint: Paint, radius = 0): string {
  const round = radius > 0 ? ` rx="${n(radius)}"` : '';
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"${round} ${attributes(paint)}/>`;
}

/** A closed shape from SVG path text (see `d`). */
export function path(d: string, paint: Paint): string {
  return `<path d="${d}" stroke-linejoin="round" ${attributes(paint)}/>`;
}

/** SVG path text with every number rounded: d`M${x},${y}L…`. */
export function d(parts: TemplateStringsArray, ...values: number[]): string {
  return parts.reduce((text, part, i) => text + n(values[i - 1]!) + part);
}

/** An open stroke with round ends. */
export function stroke(data: string, colour: string, width: number): string {
  return `<path d="${data}" fill="none" stroke="${colour}" stroke-width="${n(width)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

/** A limb: a thick stroke with a line around it. */
export function limb(data: string, paint: Paint, width: number): string {
  const inner = stroke(data, paint.fill, width);
  return paint.line ? stroke(data, paint.line, width + 2 * (paint.width ?? LINE_WIDTH)) + inner : inner;
}

export function group(transform: string, content: string): string {
  return `<g transform="${transform}">${content}</g>`;
}

/** Content cut to a path; `id` must be unique in the picture. */
export function clipped(id: string, data: string, content: string): string {
  if (content === '') return '';
  return `<clipPath id="${id}"><path d="${data}"/></clipPath><g clip-path="url(#${id})">${content}</g>`;
}

/** A vertical gradient over the whole picture's height from `top` to `bottom`, as a filled rectangle. */
export function gradientRect(
  id: string,
  area: readonly [x: number, y: number, width: number, height: number],
  top: string,
  bottom: string,
): string {
  const [x, y, width, height] = area;
  return (
    `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/>` +
    `<stop offset="1" stop-color="${bottom}"/></linearGradient>` +
    rect(x, y, width, height, { fill: `url(#${id})` })
  );
}

/** The path text of an ellipse, for clipping. */
export function ellipsePath(x: number, y: number, rx: number, ry: number): string {
  return d`M${x - rx},${y}A${rx},${ry} 0 1 1 ${x + rx},${y}A${rx},${ry} 0 1 1 ${x - rx},${y}Z`;
}
