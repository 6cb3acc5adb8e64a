import { AuthflowError } from "@authflow/client";
import { useState } from "react";
import { say } from "../app/store.ts";
import { texts } from "../texts/texts.ts";
import { useCountdown } from "./waits.ts";

const PAUSE = 60_000;

/** Inside a sentence: asks for the mail again, once a minute. */
export function Resend({ ask }: { ask: () => Promise<unknown> }) {
  const [until, setUntil] = useState(() => Date.now() + PAUSE);
  const [busy, setBusy] = useState(false);
  const left = useCountdown(until);

  async function press(): Promise<void> {
    if (busy || left > 0) return;
    setBusy(true);
    try {
      await ask();
      setUntil(Date.now() + PAUSE);
      say("ok", texts.notices.sentAgain);
    } catch (error) {
      if (!(error instanceof AuthflowError)) throw error;
      setUntil(Date.now() + pause(error));
      say("problem", texts.notices.notDone);
    } finally {
      setBusy(false);
    }
  }

  return (
    <button className="text-button" type="button" aria-disabled={busy || left > 0} onClick={press}>
      {busy ? texts.resend.sending : left > 0 ? <Left seconds={left} /> : texts.resend.send}
    </button>
  );
}

const pause = ({ retryAfter = 0 }: AuthflowError) => retryAfter * 1000;

function Left({ seconds }: { seconds: number }) {
  return <span className="digits">{texts.resend.wait(texts.seconds(seconds))}</span>;
}
