import { AuthflowError } from "@authflow/client";
import { useAuthflow } from "@authflow/client/react";
import { Link } from "react-router";
import { paths } from "../app/paths.ts";
import type { Pending } from "../app/pending.ts";
import { Form } from "../forms/Form.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { Sheet } from "../parts/Sheet.tsx";
import { Words } from "../parts/Words.tsx";
import { texts } from "../texts/texts.ts";
import { ago } from "../texts/times.ts";
import { useProved } from "./useProved.ts";

const { link } = texts;

type Props = {
  token: string;
  pending: Pending | undefined;
  onForget: () => void;
  onAskPassword: () => void;
};

/** Sends nothing by itself: mail programs open links, and run what is on the page. */
export function ByLink({ token, pending, onForget, onAskPassword }: Props) {
  const authflow = useAuthflow();
  const proved = useProved();

  async function send(): Promise<void> {
    try {
      await authflow.verifyEmail(pending ? { registrationId: pending.registrationId, token } : { token });
      await proved(pending?.kind);
    } catch (error) {
      if (error instanceof AuthflowError && leadsToPassword(error, pending)) onAskPassword();
      else throw error;
    }
  }

  const form = useForm<never>(send, { verification_invalid: link.dead });
  const isDead = form.refusal.code === "verification_invalid";
  return (
    <Sheet title={link.title} lead={link.lead} step={2}>
      {pending && (
        <p className="body">
          <About pending={pending} />{" "}
          <button className="text-button" type="button" onClick={onForget}>
            {link.notMine}
          </button>
        </p>
      )}
      <Form form={form} more={isDead && <Link to={paths.register}>{link.again}</Link>}>
        <SubmitButton words={link.send} busyWords={link.busy} />
      </Form>
      <p className="after">{link.notYou}</p>
    </Sheet>
  );
}

/** A refusal of what this browser kept may only mean that the mail is of another sign-up. */
function leadsToPassword({ code }: AuthflowError, pending: Pending | undefined): boolean {
  return code === "password_required" || (code === "verification_invalid" && Boolean(pending));
}

/** What the press will finish. */
function About({ pending: { kind, email, name, at } }: { pending: Pending }) {
  const who = <b key="who">{kind === "change" ? email : (name ?? email)}</b>;
  return <Words text={kind === "change" ? link.change : link.signUp} parts={[who, ago(at)]} />;
}
