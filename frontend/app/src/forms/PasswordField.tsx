import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Icon } from "../parts/Icon.tsx";
import { texts } from "../texts/texts.ts";
import { type FieldProps, Labelled, useField } from "./Field.tsx";

const { fields } = texts;

type Props = FieldProps & { autoComplete: "current-password" | "new-password" };

export function PasswordField({ autoComplete, ...field }: Props) {
  const { id, error, bound } = useField(field.name, field.hint);
  const input = useRef<HTMLInputElement>(null);
  const [shown, toggle] = useShown(input);
  const [capsLock, setCapsLock] = useState(false);
  const look = (event: KeyboardEvent) => setCapsLock(event.getModifierState("CapsLock"));
  const word = shown ? fields.hide : fields.show;
  return (
    <Labelled id={id} error={error} field={field}>
      <div className="password">
        <input
          className="input"
          ref={input}
          type={shown ? "text" : "password"}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          required
          onKeyDown={look}
          onKeyUp={look}
          onBlur={() => setCapsLock(false)}
          {...bound}
        />
        <button
          className="show"
          type="button"
          aria-pressed={shown}
          aria-controls={id}
          aria-label={`${word} ${field.label.toLowerCase()}`}
          onClick={toggle}
        >
          {word}
        </button>
      </div>
      <p className="caps" role="status">
        {capsLock && (
          <>
            <Icon name="caps" />
            {fields.capsLock}
          </>
        )}
      </p>
    </Labelled>
  );
}

/** Whether the password can be read: until the form is sent. The cursor stays where it was. */
function useShown(input: React.RefObject<HTMLInputElement | null>): [boolean, () => void] {
  const [shown, setShown] = useState(false);
  const cursor = useRef<[number | null, number | null]>(null);
  useEffect(() => {
    const form = input.current?.form;
    const hide = () => setShown(false);
    form?.addEventListener("submit", hide);
    return () => form?.removeEventListener("submit", hide);
  }, [input]);
  useLayoutEffect(() => {
    if (cursor.current) input.current?.setSelectionRange(...cursor.current);
    cursor.current = null;
  });
  function toggle(): void {
    const { selectionStart = null, selectionEnd = null } = input.current ?? {};
    cursor.current = [selectionStart, selectionEnd];
    setShown(!shown);
  }
  return [shown, toggle];
}
