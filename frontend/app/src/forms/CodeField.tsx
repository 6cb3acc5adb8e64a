import type { FormEvent } from "react";
import { texts } from "../texts/texts.ts";
import { Labelled, useField } from "./Field.tsx";

/** One field that draws its places. It takes a code however it is typed or pasted. */
export function CodeField() {
  const field = { name: "otp", label: texts.fields.otp };
  const { id, error, bound } = useField(field.name);
  return (
    <Labelled id={id} error={error} field={field}>
      <input
        className="code"
        type="text"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        pattern="[0-9]{8}"
        required
        onInput={keepDigits}
        {...bound}
      />
    </Labelled>
  );
}

function keepDigits({ currentTarget: input }: FormEvent<HTMLInputElement>): void {
  const digits = input.value.normalize("NFKC").replace(/[^0-9]/g, "");
  if (digits !== input.value) input.value = digits;
}
