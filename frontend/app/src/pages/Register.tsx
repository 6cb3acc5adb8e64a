import type { Registration } from "@authflow/client";
import { useAuthflow } from "@authflow/client/react";
import { Link, useNavigate } from "react-router";
import { paths } from "../app/paths.ts";
import { keepPending } from "../app/pending.ts";
import { say } from "../app/store.ts";
import { Field } from "../forms/Field.tsx";
import { Form } from "../forms/Form.tsx";
import { PasswordField } from "../forms/PasswordField.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { Sheet } from "../parts/Sheet.tsx";
import { Words } from "../parts/Words.tsx";
import { texts } from "../texts/texts.ts";

const { register, fields, problems } = texts;

export default function Register() {
  const authflow = useAuthflow();
  const navigate = useNavigate();

  async function send({ username, email, password }: Registration): Promise<void> {
    const answer = await authflow.register({ username, email, password });
    if ("registrationId" in answer) {
      keepPending({ kind: "signUp", registrationId: answer.registrationId, email, name: username });
      return navigate(paths.verify);
    }
    say("ok", texts.notices.registered);
    await navigate(paths.logIn, { state: { email } });
  }

  const form = useForm<keyof Registration>(send, { email_taken: { email: problems.taken.join(" ") } });
  return (
    <Sheet title={register.title} step={1}>
      <Form form={form}>
        <Field name="username" label={fields.username} hint={fields.usernameHint} autoComplete="nickname" />
        <Field name="email" type="email" label={fields.email} autoComplete="username" />
        <PasswordField
          name="password"
          label={fields.password}
          hint={fields.passwordHint}
          autoComplete="new-password"
        />
        <SubmitButton words={register.send} busyWords={register.busy} />
      </Form>
      <p className="after">
        <Words
          text={register.known}
          parts={[
            <Link key="to" to={paths.logIn}>
              {register.logIn}
            </Link>,
          ]}
        />
      </p>
    </Sheet>
  );
}
