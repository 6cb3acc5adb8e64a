import { AuthflowError } from "@authflow/client";
import { useAuthflow } from "@authflow/client/react";
import { useState } from "react";
import { say } from "../app/store.ts";
import { texts } from "../texts/texts.ts";
import { Question } from "./Question.tsx";

const { devices: words } = texts;

/** Ends every log-in, this one too. */
export function Everywhere() {
  const authflow = useAuthflow();
  const [asks, setAsks] = useState(false);
  const [busy, setBusy] = useState(false);

  async function press(): Promise<void> {
    setBusy(true);
    try {
      await authflow.logOutEverywhere();
    } catch (error) {
      if (!(error instanceof AuthflowError)) throw error;
      setAsks(false);
      say("problem", texts.notices.notDone);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="more">
      <p className="small soft">{words.lost}</p>
      <button className="button button--danger-quiet button--small" type="button" onClick={() => setAsks(true)}>
        {words.everywhere}
      </button>
      {asks && (
        <Question
          title={words.askEverywhere}
          more={words.askEverywhereMore}
          keep={words.stay}
          deed={words.everywhere}
          busy={busy}
          onKeep={() => setAsks(false)}
          onDeed={press}
        />
      )}
    </div>
  );
}
