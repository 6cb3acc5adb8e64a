import { expect, test } from "vitest";
import { en } from "../src/texts/en.ts";
import { ago, day, dayName } from "../src/texts/times.ts";

const now = new Date(2026, 10, 28, 18, 0);
const before = (milliseconds: number) => new Date(now.getTime() - milliseconds).toISOString();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [10_000, "just now"],
  [MINUTE, "1 minute ago"],
  [3 * HOUR + 59 * MINUTE, "3 hours ago"],
  [DAY, "1 day ago"],
  [6 * DAY + 23 * HOUR, "6 days ago"],
  [16 * DAY, "12 November"],
  [400 * DAY, "24 October 2025"],
])("a time %d ms ago is told as %s", (passed, words) => {
  expect(ago(before(passed), now)).toBe(words);
});

test("a day is told by its name up to yesterday", () => {
  const days = [0, DAY, 2 * DAY].map((passed) => dayName(before(passed), now));
  expect(days).toEqual(["Today", "Yesterday", day(before(2 * DAY), now)]);
});

test("an event in the future, by this clock, is told as now", () => {
  expect(ago(before(-HOUR), now)).toBe("just now");
});

/** Every sentence, without its name. */
function sayings(value: unknown): string[] {
  if (typeof value === "function") return [String(value(1, 1))];
  return typeof value === "string" ? [value] : Object.values(value as object).flatMap(sayings);
}

test("nothing that is said belongs to the other family of words", () => {
  const others = /sign(ed)? in|signing in|sign-in|session|token|oops|please|successfully|!/i;
  expect(sayings(en).filter((saying) => others.test(saying))).toEqual([]);
});
