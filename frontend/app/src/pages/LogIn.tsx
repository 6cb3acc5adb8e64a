import { AuthflowError, type Login } from "@authflow/client";
import { useAuthflow } from "@authflow/client/react";
import { Link, useLocation, useNavigate } from "react-router";
import { paths } from "../app/paths.ts";
import { keepPending, readPending } from "../app/pending.ts";
import { Field } from "../forms/Field.tsx";
import { Form } from "../forms/Form.tsx";
import { PasswordField } from "../forms/PasswordField.tsx";
import { SubmitButton } from "../forms/SubmitButton.tsx";
import { useForm } from "../forms/useForm.ts";
import { Sheet } from "../parts/Sheet.tsx";
import { Words } from "../parts/Words.tsx";
import { texts } from "../texts/texts.ts";

const { logIn, fields, problems } = texts;

export default function LogIn() {
  const authflow = useAuthflow();
  const navigate = useNavigate();
  const known = useLocation().state as { email?: string } | null;

  async function send({ email, password }: Login): Promise<void> {
    try {
      await authflow.logIn({ email, password });
    } catch (error) {
      const { registrationId } = error as AuthflowError;
      if (!(error instanceof AuthflowError) || !registrationId) throw error;
      // The right password of an account that must still prove its address.
      keepPending({ kind: "signUp", registrationId, email });
      await navigate(paths.verify);
    }
  }

  const form = useForm<keyof Login>(send, { invalid_credentials: wrong });
  return (
    <Sheet title={logIn.title} aside={logIn.aside}>
      <Form form={form}>
        <Field
          name="email"
          type="email"
          label={fields.email}
          autoComplete="username"
          defaultValue={known?.email ?? ""}
        />
        <PasswordField
          name="password"
          label={fields.password}
          autoComplete="current-password"
          link={
            <Link className="field-link" to={paths.forgot}>
              {logIn.forgot}
            </Link>
          }
        />
        <SubmitButton words={logIn.title} busyWords={logIn.busy} />
      </Form>
      <div className="after grid gap-2">
        <Unproved />
        <p>
          <Words
            text={logIn.newHere}
            parts={[
              <Link key="to" to={paths.register}>
                {logIn.register}
              </Link>,
            ]}
          />
        </p>
      </div>
    </Sheet>
  );
}

/** A server that asks for an address's proof says more: it may only be that it was not given yet. */
const wrong = (message: string) => (message === problems.credentials[0] ? problems.credentials : [message]);

/** Who signed up and did not prove it yet has no account: their right password is refused. */
function Unproved() {
  const pending = readPending();
  if (pending?.kind !== "signUp") return null;
  const goOn = (
    <Link key="to" to={paths.verify}>
      {logIn.goOn}
    </Link>
  );
  return (
    <p>
      <Words text={logIn.waiting} parts={[<b key="email">{pending.email}</b>, goOn]} />
    </p>
  );
}
