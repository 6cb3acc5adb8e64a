import { Fragment, type ReactNode } from "react";

/** A sentence with parts of the page in it: each "{}" in turn. */
export function Words({ text, parts }: { text: string; parts: ReactNode[] }) {
  return text.split("{}").map((words, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence have no other name, and never move.
    <Fragment key={at}>
      {words}
      {parts[at]}
    </Fragment>
  ));
}
