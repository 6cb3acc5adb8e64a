import { useAuthflow } from "@authflow/client/react";
import { Link } from "react-router";
import { paths } from "../app/paths.ts";
import { Form } from "../forms/Form.tsx";
import { PasswordField } from "../forms/PasswordField.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { Sheet } from "../parts/Sheet.tsx";
import { texts } from "../texts/texts.ts";
import { useProved } from "./useProved.ts";

const { link, fields } = texts;

/** The link was opened in another browser than the one that signed up. */
export function ByPassword({ token }: { token: string }) {
  const authflow = useAuthflow();
  const proved = useProved();
  const form = useForm<"password">(
    ({ password }) => authflow.verifyEmail({ token, password }).then(() => proved()),
    { invalid_credentials: { password: link.wrongPassword.join(" ") }, verification_invalid: link.dead },
  );
  const isDead = form.refusal.code === "verification_invalid";
  return (
    <Sheet title={link.title} lead={link.password} step={2}>
      <Form form={form} more={isDead && <Link to={paths.register}>{link.again}</Link>}>
        <PasswordField name="password" label={fields.password} autoComplete="current-password" />
        <SubmitButton words={link.send} busyWords={link.busy} />
      </Form>
      <p className="after">{link.notYou}</p>
    </Sheet>
  );
}
