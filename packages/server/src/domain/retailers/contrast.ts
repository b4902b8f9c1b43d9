/** Whether white text on a color is legible, as WCAG 2.2 measures it ("Contrast (Minimum)"). */

/** For text of the size of a button's. */
export const leastContrast = 4.5;

/** @param color such as `#0b6e4f`. @returns 1 to 21; undefined if it is not a color */
export function contrastWithWhite(color: string): number | undefined {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (!parts) return undefined;
  const [red, green, blue] = parts.slice(1).map((part) => linear(Number.parseInt(part, 16) / 255));
  const luminance = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  return 1.05 / (luminance + 0.05);
}

const linear = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
