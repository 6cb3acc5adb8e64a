import { type ReactNode, useEffect, useState } from "react";
import { Icon } from "../parts/Icon.tsx";
import { texts } from "../texts/texts.ts";
import { controls, type Refusal } from "./refusal.ts";

type Props = { formId: string; refusal: Refusal; more?: ReactNode };

/** What is wrong with the form as a whole; from two faults on, where they are. */
export function Problem({ formId, refusal, more }: Props) {
  const { problem, fields } = refusal;
  const faults = useFaults(formId, fields);
  if (!problem && faults.length < 2) return null;
  return (
    <div className="notice notice--problem" role="alert" tabIndex={-1}>
      <Icon name="alert" />
      <div>
        {problem ? (
          <p>
            <b>{problem[0]}</b> {problem.slice(1).join(" ")} {more}
          </p>
        ) : (
          <Summary faults={faults} />
        )}
      </div>
    </div>
  );
}

type Fault = { id: string; label: string; reason: string };

function Summary({ faults }: { faults: Fault[] }) {
  return (
    <>
      <h2>{texts.faults.several(faults.length)}</h2>
      <ul>
        {faults.map(({ id, label, reason }) => (
          <li key={id}>
            <a href={`#${id}`} onClick={(event) => focus(event, id)}>
              {texts.faults.inSummary(label, reason)}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function focus(event: { preventDefault(): void }, id: string): void {
  event.preventDefault();
  document.getElementById(id)?.focus();
}

/** In the order of the page, under the names that its labels give them. */
function useFaults(formId: string, fields: Refusal["fields"]): Fault[] {
  const [faults, setFaults] = useState<Fault[]>([]);
  useEffect(() => {
    const form = document.getElementById(formId) as HTMLFormElement;
    const bad = controls(form).filter(({ name, id }) => id && fields[name]);
    const told = bad.map((control) => {
      const label = control.labels?.[0]?.textContent ?? control.name;
      return { id: control.id, label, reason: fields[control.name] as string };
    });
    setFaults(told);
  }, [formId, fields]);
  return faults;
}
