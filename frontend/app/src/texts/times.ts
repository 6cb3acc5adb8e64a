import { texts } from "./texts.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [DAY, "day"],
  [HOUR, "hour"],
  [MINUTE, "minute"],
];

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(texts.locale, options);
const clockOf = format({ hour: "2-digit", minute: "2-digit" });
const fullOf = format({ dateStyle: "long", timeStyle: "short" });
const dayOf = format({ day: "numeric", month: "long" });
const dayAndYearOf = format({ day: "numeric", month: "long", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(texts.locale, { numeric: "always" });

export const clock = (at: string) => clockOf.format(new Date(at));
export const full = (at: string) => fullOf.format(new Date(at));
export const dayAndYear = (at: string) => dayAndYearOf.format(new Date(at));

/** "12 November"; with the year, if it is another one. */
export function day(at: string, now = new Date()): string {
  const date = new Date(at);
  return (date.getFullYear() === now.getFullYear() ? dayOf : dayAndYearOf).format(date);
}

/** "Today", "Yesterday", "12 November". */
export function dayName(at: string, now = new Date()): string {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).toDateString();
  const that = new Date(at).toDateString();
  if (that === now.toDateString()) return texts.times.today;
  return that === yesterday ? texts.times.yesterday : day(at, now);
}

/** "3 hours ago", up to a week; then the day. */
export function ago(at: string, now = new Date()): string {
  const passed = now.getTime() - new Date(at).getTime();
  if (passed >= 7 * DAY) return day(at, now);
  const step = STEPS.find(([length]) => passed >= length);
  return step ? relative.format(-Math.floor(passed / step[0]), step[1]) : texts.times.now;
}
