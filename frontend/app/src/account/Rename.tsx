import type { User } from "@authflow/client";
import { useAuthflow } from "@authflow/client/react";
import { nameSection } from "../app/paths.ts";
import { say } from "../app/store.ts";
import { Field } from "../forms/Field.tsx";
import { Form } from "../forms/Form.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { texts } from "../texts/texts.ts";
import { Section } from "./Section.tsx";

const { name: words } = texts.account;

export function Rename({ user }: { user: User }) {
  const authflow = useAuthflow();
  const form = useForm<"username">(async ({ username }) => {
    await authflow.rename(username);
    say("ok", texts.notices.renamed);
  });
  return (
    <Section id={nameSection} title={words.title} lead={words.lead}>
      <Form form={form} name="rename">
        <Field
          name="username"
          label={texts.fields.username}
          autoComplete="nickname"
          defaultValue={user.username}
        />
        <div className="actions">
          <SubmitButton words={words.send} busyWords={words.busy} kind="quiet" />
        </div>
      </Form>
    </Section>
  );
}
