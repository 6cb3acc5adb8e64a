import type { InputHTMLAttributes, ReactNode } from "react";
import { Icon } from "../parts/Icon.tsx";
import { useAround } from "./Form.tsx";

export type FieldProps = {
  name: string;
  label: string;
  hint?: string;
  /** Stands beside the label, and after the input in the document. */
  link?: ReactNode;
};

/** What an input needs so that label, hint and error belong to it. */
export function useField(name: string, hint?: string) {
  const { refusal, prefix } = useAround();
  const id = `${prefix}${name}`;
  const error = refusal.fields[name];
  const told = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const bound = { id, name, "aria-describedby": told, "aria-invalid": Boolean(error) || undefined };
  return { id, error, bound };
}

type Frame = { id: string; error: string | undefined; field: FieldProps; children: ReactNode };

export function Labelled({ id, error, field: { label, hint, link }, children }: Frame) {
  return (
    <div className={link ? "field field--linked" : "field"}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      {link}
      {error && (
        <p className="error" id={`${id}-error`}>
          <Icon name="alert" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}

type Props = FieldProps & Pick<InputHTMLAttributes<HTMLInputElement>, "type" | "autoComplete" | "defaultValue">;

export function Field({ type = "text", autoComplete, defaultValue, ...field }: Props) {
  const { id, error, bound } = useField(field.name, field.hint);
  const given = { type, autoComplete, defaultValue };
  return (
    <Labelled id={id} error={error} field={field}>
      <input className="input" required {...bound} {...given} {...(type === "email" && asEmail)} />
    </Labelled>
  );
}

const asEmail = { autoCapitalize: "none", spellCheck: false, inputMode: "email" } as const;
