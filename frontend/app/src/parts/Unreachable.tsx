import { texts } from "../texts/texts.ts";
import { Sheet } from "./Sheet.tsx";

const { unreachable } = texts;

/** Nobody is logged out by a lost connection. */
export function Unreachable({ onRetry }: { onRetry: () => void }) {
  return (
    <Sheet title={unreachable.title} lead={unreachable.lead} line="broken">
      <div className="body actions">
        <button className="button" type="button" onClick={onRetry}>
          {texts.tryAgain}
        </button>
      </div>
      <p className="after small">{unreachable.still}</p>
    </Sheet>
  );
}
