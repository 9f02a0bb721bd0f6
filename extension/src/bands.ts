/** The colours of bands of origin, in the gutter and in the view beside it. */

/** For each band in turn a colour on light and on dark grounds, told apart also by who sees red and green alike. */
export const COLOURS = [
  { light: '#0b6bcb', dark: '#6cb6ff' },
  { light: '#a8500a', dark: '#f0a35e' },
  { light: '#0f7b5f', dark: '#5ec9a5' },
  { light: '#8a3fb0', dark: '#cf9bf0' },
  { light: '#b3261e', dark: '#ff9a92' },
  { light: '#5f6368', dark: '#b9bec5' },
] as const;

/** The colour of a band, by its number. */
export const colour = (band: number) => COLOURS[band % COLOURS.length] ?? COLOURS[0];
