import { createContext, type ReactNode, use, useEffect, useId } from "react";
import { texts } from "../texts/texts.ts";
import { Problem } from "./Problem.tsx";
import { NONE, type Refusal } from "./refusal.ts";
import type { useForm } from "./useForm.ts";
import { useLong } from "./waits.ts";

const SLOW = 5_000;

type Told = { busy: boolean; refusal: Refusal; prefix: string };
const Context = createContext<Told>({ busy: false, refusal: NONE, prefix: "" });

/** The form around a field or a button. */
export function useAround(): Told {
  return use(Context);
}

type Props = {
  form: ReturnType<typeof useForm>;
  /** Where a page has several forms: before the ids of its fields. */
  name?: string;
  /** For password managers, where the form does not ask for it: whose password it is. */
  username?: string;
  /** What else there is to do about a problem. */
  more?: ReactNode;
  children: ReactNode;
};

export function Form({ form, name, username, more, children }: Props) {
  const { busy, refusal, onSubmit, onInput } = form;
  const prefix = name ? `${name}-` : "";
  const slow = useLong(busy, SLOW);
  const id = useId();
  useProblemInTitle(Boolean(refusal.problem || Object.keys(refusal.fields).length));
  const broken = refusal.code === "unreachable" || undefined;
  return (
    <Context value={{ busy, refusal, prefix }}>
      <form id={id} noValidate onSubmit={onSubmit} onInput={onInput} aria-busy={busy} data-broken={broken}>
        {username !== undefined && <HiddenUsername email={username} />}
        <Problem formId={id} refusal={refusal} more={more} />
        <div className="fields">{children}</div>
        <p className="slow" role="status">
          {slow && texts.slow}
        </p>
      </form>
    </Context>
  );
}

function HiddenUsername({ email }: { email: string }) {
  return (
    <input
      className="unseen"
      type="email"
      name="account"
      autoComplete="username"
      value={email}
      tabIndex={-1}
      aria-hidden="true"
      readOnly
    />
  );
}

function useProblemInTitle(isProblem: boolean): void {
  useEffect(() => {
    if (!isProblem) return;
    const before = document.title;
    document.title = texts.problemTitle(before);
    return () => {
      document.title = before;
    };
  }, [isProblem]);
}
