import { useAuthflow } from "@authflow/client/react";
import { Link, useNavigate } from "react-router";
import { paths } from "../app/paths.ts";
import { Field } from "../forms/Field.tsx";
import { Form } from "../forms/Form.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { Icon } from "../parts/Icon.tsx";
import { Sheet } from "../parts/Sheet.tsx";
import { texts } from "../texts/texts.ts";

const { forgot, fields } = texts;

export default function ForgotPassword() {
  const authflow = useAuthflow();
  const navigate = useNavigate();
  const form = useForm<"email">(async ({ email }) => {
    await authflow.forgotPassword(email);
    await navigate(paths.reset, { state: { email } });
  });
  return (
    <Sheet title={forgot.title} lead={forgot.lead} step={1}>
      <Form form={form}>
        <Field name="email" type="email" label={fields.email} autoComplete="username" />
        <SubmitButton words={forgot.send} busyWords={forgot.busy} />
      </Form>
      <p className="after">
        <Link className="go" to={paths.logIn}>
          <Icon name="left" />
          {forgot.back}
        </Link>
      </p>
    </Sheet>
  );
}
