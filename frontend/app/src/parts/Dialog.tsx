import { type ReactNode, useId, useLayoutEffect, useRef } from "react";

type Props = { title: string; onClose: () => void; children: ReactNode };

/** A question over the page. Its first control is the harmless one; Escape closes it, and focus goes back. */
export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Else it would be the email that stands there for password managers.
    shown?.querySelector<HTMLElement>("input:not([readonly]), button")?.focus();
    return () => shown?.close();
  }, []);
  function onCancel(event: { preventDefault(): void }): void {
    event.preventDefault();
    onClose();
  }
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={onCancel}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
