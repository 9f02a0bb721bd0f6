/** Small changes to texts that are shown or inserted. */
const MINUTE = 60_000;

/** How long the status bar says what was done. */
export const SAID_MS = 5000;

/** How long ago something began, in hours and minutes. */
export function lasting(since: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - since) / MINUTE));
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** A title of so many characters at most. */
export const shortened = (title: string, most: number) => title.length > most ? `${title.slice(0, most).trim()}…` : title;

/** Each line but empty ones with the indentation of a line of code. */
export const indented = (text: string, like: string) => {
  const margin = /^[ \t]*/.exec(like)?.[0] ?? '';
  return text.replace(/^(?=.)/gm, () => margin);
};
