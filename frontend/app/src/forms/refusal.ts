import { AuthflowError, type Code } from "@authflow/client";
import { texts } from "../texts/texts.ts";

/** First words and the rest of a problem; or a reason for each field. */
type Say = readonly string[] | Readonly<Record<string, string>>;
/** What a page says of some failures in words of its own. */
export type Says = Partial<Record<Code, Say | ((message: string) => Say)>>;

/** Why a form was not taken: as a whole, or by field; and, of a limit, until when (by this clock). */
export type Refusal = {
  code?: Code;
  problem?: readonly string[];
  fields: Readonly<Record<string, string>>;
  until?: number;
};

export const NONE: Refusal = { fields: {} };

const { problems } = texts;

export function refusalOf(error: unknown, says: Says = {}): Refusal {
  if (!(error instanceof AuthflowError)) throw error;
  const { code, message, retryAfter, fields = {} } = error;
  const own = says[code] ?? usual(error);
  const refusal = { code, ...worded(typeof own === "function" ? own(message) : own) };
  const until = code === "rate_limited" && retryAfter ? { until: Date.now() + retryAfter * 1000 } : {};
  const reasons = Object.entries(fields).map(([name, all]) => [name, all.join(" ")]);
  if (!reasons.length) return { ...refusal, ...until };
  return { code, fields: Object.fromEntries(reasons) };
}

function worded(say: Say): Refusal {
  return Array.isArray(say) ? { problem: say, fields: {} } : { fields: say as Record<string, string> };
}

function usual({ code, message, requestId }: AuthflowError): readonly string[] {
  const words: Partial<Record<Code, readonly string[]>> = {
    unreachable: problems.unreachable,
    rate_limited: problems.limited,
    unavailable: problems.unavailable,
    account_disabled: problems.disabled,
    session_changed: problems.changed,
  };
  return words[code] ?? problems.other(message, code === "internal_error" ? requestId : undefined);
}

type Control = HTMLInputElement;

export function controls(form: HTMLFormElement): Control[] {
  return [...form.elements].filter((element): element is Control => element instanceof HTMLInputElement);
}

/** What the browser itself finds wrong, in our words. */
export function faultsOf(form: HTMLFormElement): Record<string, string> {
  const bad = controls(form).filter((control) => !control.validity.valid);
  return Object.fromEntries(bad.map((control) => [control.name, faultOf(control.validity)]));
}

function faultOf({ valueMissing, typeMismatch }: ValidityState): string {
  const { missing, email, code } = texts.faults;
  if (valueMissing) return missing;
  return typeMismatch ? email : code;
}
