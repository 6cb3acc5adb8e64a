import { type FormEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { controls, faultsOf, NONE, type Refusal, refusalOf, type Says } from "./refusal.ts";

type Values<Name extends string> = Record<Name, string>;

/** One form: sent once at a time, and whatever was refused stands beside its field, or above them all. */
export function useForm<Name extends string>(send: (values: Values<Name>) => Promise<unknown>, says?: Says) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(NONE);
  const running = useRef(false);

  function refuse(form: HTMLFormElement, why: Refusal): void {
    flushSync(() => setRefusal(why));
    const invalid = form.querySelector<HTMLElement>('[aria-invalid="true"]');
    (invalid ?? form.querySelector<HTMLElement>('[role="alert"]'))?.focus();
  }

  async function onSubmit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    if (running.current || (refusal.until ?? 0) > Date.now()) return;
    const faults = faultsOf(form);
    if (Object.keys(faults).length) return refuse(form, { fields: faults });
    running.current = true;
    setBusy(true);
    setRefusal(NONE);
    try {
      await send(Object.fromEntries(new FormData(form)) as Values<Name>);
    } catch (error) {
      // What may succeed if it is only sent again stays as it was typed.
      if (!(error as { isTemporary?: boolean }).isTemporary) emptyPasswords(form);
      refuse(form, refusalOf(error, says));
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  function onInput(event: FormEvent<HTMLFormElement>): void {
    const { [(event.target as HTMLInputElement).name]: gone, ...fields } = refusal.fields;
    if (gone) setRefusal({ ...refusal, fields });
  }

  return { busy, refusal, onSubmit, onInput };
}

function emptyPasswords(form: HTMLFormElement): void {
  for (const control of controls(form)) if (control.autocomplete.endsWith("-password")) control.value = "";
}
