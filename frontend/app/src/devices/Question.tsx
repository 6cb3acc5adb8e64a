import type { ReactNode } from "react";
import { Dialog } from "../parts/Dialog.tsx";
import { texts } from "../texts/texts.ts";

type Props = {
  title: string;
  more: ReactNode;
  keep: string;
  deed: string;
  busy: boolean;
  onKeep: () => void;
  onDeed: () => unknown;
};

export function Question({ title, more, keep, deed, busy, onKeep, onDeed }: Props) {
  return (
    <Dialog title={title} onClose={onKeep}>
      <p className="soft">{more}</p>
      <div className="actions actions--end">
        <button className="button button--quiet" type="button" onClick={onKeep}>
          {keep}
        </button>
        <button
          className="button button--danger"
          type="button"
          aria-disabled={busy}
          onClick={() => !busy && onDeed()}
        >
          {busy && <span className="spin" aria-hidden="true" />}
          {busy ? texts.devices.leaving : deed}
        </button>
      </div>
    </Dialog>
  );
}
