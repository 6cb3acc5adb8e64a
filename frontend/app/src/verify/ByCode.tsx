import { useAuthflow } from "@authflow/client/react";
import { Link } from "react-router";
import { paths } from "../app/paths.ts";
import type { Pending } from "../app/pending.ts";
import { CodeField } from "../forms/CodeField.tsx";
import { Form } from "../forms/Form.tsx";
import { Resend } from "../forms/Resend.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { Sheet } from "../parts/Sheet.tsx";
import { Words } from "../parts/Words.tsx";
import { texts } from "../texts/texts.ts";
import { useProved } from "./useProved.ts";

const { verify } = texts;

export function ByCode({ pending: { kind, registrationId, email } }: { pending: Pending }) {
  const authflow = useAuthflow();
  const proved = useProved();
  const form = useForm<"otp">(
    ({ otp }) => authflow.verifyEmail({ registrationId, otp }).then(() => proved(kind)),
    { verification_invalid: { otp: verify.refused.join(" ") } },
  );
  const again = <Resend key="again" ask={() => authflow.resendVerification({ registrationId })} />;
  const over = <Link to={kind === "change" ? paths.account : paths.register}>{verify.startOverLink}</Link>;
  return (
    <Sheet
      title={verify.title}
      lead={<Words text={verify.sent} parts={[<b key="email">{email}</b>]} />}
      step={2}
      aside={verify.life}
    >
      <Form form={form}>
        <CodeField />
        <SubmitButton words={verify.send} busyWords={verify.busy} />
      </Form>
      <p className="after">
        <Words
          text={verify.noMail}
          parts={[again, <Words key="over" text={verify.startOver} parts={[<span key="link">{over}</span>]} />]}
        />
      </p>
    </Sheet>
  );
}
