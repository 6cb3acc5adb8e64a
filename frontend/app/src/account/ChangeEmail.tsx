import type { EmailChange, User } from "@authflow/client";
import { useAuthflow } from "@authflow/client/react";
import { Link, useNavigate } from "react-router";
import { paths } from "../app/paths.ts";
import { keepPending, readPending } from "../app/pending.ts";
import { Field } from "../forms/Field.tsx";
import { Form } from "../forms/Form.tsx";
import { PasswordField } from "../forms/PasswordField.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { Words } from "../parts/Words.tsx";
import { texts } from "../texts/texts.ts";
import { Section } from "./Section.tsx";

const { email: words } = texts.account;

export function ChangeEmail({ user }: { user: User }) {
  const authflow = useAuthflow();
  const navigate = useNavigate();
  const form = useForm<keyof EmailChange>(async ({ newEmail, password }) => {
    const { registrationId } = await authflow.changeEmail({ newEmail, password });
    keepPending({ kind: "change", registrationId, email: newEmail });
    await navigate(paths.verify);
  });
  return (
    <Section
      id="email"
      title={words.title}
      lead={<Words text={words.lead} parts={[<b key="email">{user.email}</b>]} />}
    >
      <Form form={form} name="email" username={user.email}>
        <Waits />
        <Field name="newEmail" type="email" label={texts.fields.newEmail} autoComplete="email" />
        <PasswordField name="password" label={texts.fields.password} autoComplete="current-password" />
        <div className="actions">
          <SubmitButton words={words.send} busyWords={words.busy} kind="quiet" />
        </div>
      </Form>
    </Section>
  );
}

function Waits() {
  const pending = readPending();
  if (pending?.kind !== "change") return null;
  const goOn = (
    <Link key="to" to={paths.verify}>
      {words.goOn}
    </Link>
  );
  return (
    <p className="small">
      <Words text={words.waiting} parts={[<b key="email">{pending.email}</b>, goOn]} />
    </p>
  );
}
