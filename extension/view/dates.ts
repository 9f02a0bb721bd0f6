/** Moments as people say them, in the reader's language, and exactly on hovering. */

/** A day or a moment that stands by itself, as facts do: what stands within a sentence was written so by somebody. */
const MOMENT = /(?<=^|· |[(,] ?)(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d))?(?=$| ·| \(|[),])/g;
const DAY = 86_400_000;

/** A moment as one says it at `now`: today 14:05, yesterday, Tuesday, 3 Feb 2024. */
export function said(at: Date, timed: boolean, now: Date, locale: string): string {
  const midnight = (moment: Date) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
  const ago = Math.round((midnight(now) - midnight(at)) / DAY);
  if (ago < 0 || ago > 6) return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at);
  if (ago > 1) return new Intl.DateTimeFormat(locale, { weekday: 'long' }).format(at);
  const day = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-ago, 'day');
  return timed ? `${day} ${new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at)}` : day;
}

/** A moment exactly. */
export const exact = (at: Date, timed: boolean, locale: string) => new Intl.DateTimeFormat(locale, { dateStyle: 'full', ...(timed && { timeStyle: 'short' }) }).format(at);

/** The moments that a text tells: where each begins and ends, when it is, and whether a time stands with the day. */
export function moments(text: string): { readonly start: number; readonly end: number; readonly at: Date; readonly timed: boolean }[] {
  return [...text.matchAll(MOMENT)].flatMap(found => {
    const [whole, year, month, day, hour, minute] = found;
    const at = new Date(Number(year), Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute ?? 0));
    // Not every number of that form is a day of the calendar.
    return at.getMonth() === Number(month) - 1 && at.getDate() === Number(day) ? [{ start: found.index, end: found.index + whole.length, at, timed: hour !== undefined }] : [];
  });
}
