import { useAuthflow } from "@authflow/client/react";
import { Link, useLocation, useNavigate } from "react-router";
import { forgetMailed, useMailedToken } from "../app/mailed.ts";
import { paths } from "../app/paths.ts";
import { say } from "../app/store.ts";
import { CodeField } from "../forms/CodeField.tsx";
import { Field } from "../forms/Field.tsx";
import { Form } from "../forms/Form.tsx";
import { PasswordField } from "../forms/PasswordField.tsx";
import { Resend } from "../forms/Resend.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { Sheet } from "../parts/Sheet.tsx";
import { Words } from "../parts/Words.tsx";
import { texts } from "../texts/texts.ts";

const { reset, fields } = texts;

export default function ResetPassword() {
  const token = useMailedToken(paths.reset);
  return token ? <ByLink token={token} /> : <ByCode />;
}

function ByLink({ token }: { token: string }) {
  const authflow = useAuthflow();
  const arrive = useArriveAtLogIn();
  const form = useForm<"password">(
    ({ password }) => authflow.resetPassword({ token, password }).then(() => arrive()),
    { reset_token_invalid: reset.deadLink },
  );
  const isDead = form.refusal.code === "reset_token_invalid";
  return (
    <Sheet title={reset.byLinkTitle} lead={reset.byLink} step={2}>
      <Form form={form} more={isDead && <Link to={paths.forgot}>{reset.another}</Link>}>
        <NewPassword />
      </Form>
      <p className="after">{reset.notYou}</p>
    </Sheet>
  );
}

function ByCode() {
  const authflow = useAuthflow();
  const arrive = useArriveAtLogIn();
  const known = (useLocation().state as { email?: string } | null)?.email;
  const form = useForm<"email" | "otp" | "password">(
    ({ email = known ?? "", otp, password }) =>
      authflow.resetPassword({ email, otp, password }).then(() => arrive(email)),
    { reset_token_invalid: { otp: reset.refused.join(" ") } },
  );
  const sent = known && <Words text={reset.sent} parts={[<b key="email">{known}</b>]} />;
  return (
    <Sheet title={reset.title} lead={sent || reset.lead} step={2} aside={reset.life}>
      <Form form={form} {...(known && { username: known })}>
        {!known && <Field name="email" type="email" label={fields.email} autoComplete="username" />}
        <CodeField />
        <NewPassword />
      </Form>
      <p className="after">
        {known ? (
          <Words text={reset.noMail} parts={[<Resend key="again" ask={() => authflow.forgotPassword(known)} />]} />
        ) : (
          <Link to={paths.forgot}>{reset.another}</Link>
        )}
      </p>
    </Sheet>
  );
}

function NewPassword() {
  return (
    <>
      <PasswordField
        name="password"
        label={fields.newPassword}
        hint={fields.passwordHint}
        autoComplete="new-password"
      />
      <SubmitButton words={reset.send} busyWords={reset.busy} />
    </>
  );
}

function useArriveAtLogIn() {
  const authflow = useAuthflow();
  const navigate = useNavigate();
  return async (email?: string) => {
    forgetMailed();
    // Every log-in has ended, the one of this browser too.
    if (authflow.getSession().status === "signedIn") await authflow.getMe().catch(() => undefined);
    say("ok", texts.notices.reset);
    await navigate(paths.logIn, { replace: true, state: { email } });
  };
}
