import { texts } from "../texts/texts.ts";
import { useAround } from "./Form.tsx";
import { useCountdown } from "./waits.ts";

type Props = { words: string; busyWords: string; kind?: "wide" | "quiet" | "danger" };

/** Stays in reach of the keyboard while it does nothing: a second press is not heard. */
export function SubmitButton({ words, busyWords, kind = "wide" }: Props) {
  const { busy, refusal } = useAround();
  const left = useCountdown(refusal.until);
  const waits = left > 0 ? " button--waits" : "";
  return (
    <button className={`button button--${kind}${waits}`} type="submit" aria-disabled={busy || left > 0}>
      {busy && <span className="spin" aria-hidden="true" />}
      {left > 0 ? <Left seconds={left} /> : busy ? busyWords : words}
    </button>
  );
}

function Left({ seconds }: { seconds: number }) {
  const [before, after] = texts.wait(texts.seconds(seconds));
  return (
    <span>
      {before} <span className="digits">{after}</span>
    </span>
  );
}
