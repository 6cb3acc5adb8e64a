import type { PasswordChange, User } from "@authflow/client";
import { useAuthflow } from "@authflow/client/react";
import { useState } from "react";
import { useDispatch } from "react-redux";
import { api } from "../app/api.ts";
import { say } from "../app/store.ts";
import { Form } from "../forms/Form.tsx";
import { PasswordField } from "../forms/PasswordField.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { texts } from "../texts/texts.ts";
import { Section } from "./Section.tsx";

const { password: words } = texts.account;

export function ChangePassword({ user }: { user: User }) {
  // A new form after each change: what was typed goes, and password managers see that it went.
  const [changes, setChanges] = useState(0);
  return (
    <Section id="password" title={words.title} lead={words.lead}>
      <Fields key={changes} user={user} onChanged={() => setChanges(changes + 1)} />
    </Section>
  );
}

function Fields({ user, onChanged }: { user: User; onChanged: () => void }) {
  const authflow = useAuthflow();
  const dispatch = useDispatch();
  const form = useForm<keyof PasswordChange>(async ({ currentPassword, newPassword }) => {
    await authflow.changePassword({ currentPassword, newPassword });
    dispatch(api.util.invalidateTags(["devices", "events"]));
    say("ok", texts.notices.passwordChanged);
    onChanged();
  });
  return (
    <Form form={form} name="change" username={user.email}>
      <PasswordField name="currentPassword" label={texts.fields.currentPassword} autoComplete="current-password" />
      <PasswordField
        name="newPassword"
        label={texts.fields.newPassword}
        hint={texts.fields.passwordHint}
        autoComplete="new-password"
      />
      <div className="actions">
        <SubmitButton words={words.send} busyWords={words.busy} kind="quiet" />
      </div>
    </Form>
  );
}
