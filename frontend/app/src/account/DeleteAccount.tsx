import type { User } from "@authflow/client";
import { useAuthflow } from "@authflow/client/react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { paths } from "../app/paths.ts";
import { say } from "../app/store.ts";
import { Form } from "../forms/Form.tsx";
import { PasswordField } from "../forms/PasswordField.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Icon } from "../parts/Icon.tsx";
import { texts } from "../texts/texts.ts";
import { Section } from "./Section.tsx";

const { remove: words } = texts.account;
const icons = ["person", "laptop", "clock"] as const;

export function DeleteAccount({ user }: { user: User }) {
  const [asks, setAsks] = useState(false);
  return (
    <Section id="delete" title={words.title} lead={words.lead}>
      <div className="actions">
        <button className="button button--danger-quiet" type="button" onClick={() => setAsks(true)}>
          {words.open}
        </button>
      </div>
      {asks && <Ask user={user} onKeep={() => setAsks(false)} />}
    </Section>
  );
}

function Ask({ user, onKeep }: { user: User; onKeep: () => void }) {
  const authflow = useAuthflow();
  const navigate = useNavigate();
  const form = useForm<"password">(async ({ password }) => {
    await authflow.deleteAccount(password);
    say("ok", texts.notices.deleted);
    await navigate(paths.home, { replace: true });
  });
  return (
    <Dialog title={words.ask} onClose={onKeep}>
      <p className="soft">{words.goes}</p>
      <ul className="points">
        {words.points.map((point, at) => (
          <li key={point}>
            <Icon name={icons[at] ?? "info"} />
            {point}
          </li>
        ))}
      </ul>
      <Form form={form} name="delete" username={user.email}>
        <PasswordField name="password" label={words.password} autoComplete="current-password" />
        <div className="actions actions--end">
          <button className="button button--quiet" type="button" onClick={onKeep}>
            {words.keep}
          </button>
          <SubmitButton words={words.send} busyWords={words.busy} kind="danger" />
        </div>
      </Form>
    </Dialog>
  );
}
