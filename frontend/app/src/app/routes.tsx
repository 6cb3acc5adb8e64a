import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";
import { Broken } from "../parts/Broken.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { Entrance, Guarded } from "./guards.tsx";
import { paths } from "./paths.ts";

const Home = lazy(() => import("../pages/Home.tsx"));
const LogIn = lazy(() => import("../pages/LogIn.tsx"));
const Register = lazy(() => import("../pages/Register.tsx"));
const ForgotPassword = lazy(() => import("../pages/ForgotPassword.tsx"));
const ResetPassword = lazy(() => import("../pages/ResetPassword.tsx"));
const VerifyEmail = lazy(() => import("../pages/VerifyEmail.tsx"));
const Overview = lazy(() => import("../pages/Overview.tsx"));
const Account = lazy(() => import("../pages/Account.tsx"));
const Devices = lazy(() => import("../pages/Devices.tsx"));
const Activity = lazy(() => import("../pages/Activity.tsx"));
const NotFound = lazy(() => import("../pages/NotFound.tsx"));

/** Every page. */
export function Pages() {
  return (
    <Broken>
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path={paths.home} element={<Home />} />
          <Route path="/auth" element={<Navigate to={paths.overview} replace />} />
          <Route element={<Entrance />}>
            <Route path={paths.logIn} element={<LogIn />} />
            <Route path={paths.register} element={<Register />} />
          </Route>
          <Route path={paths.forgot} element={<ForgotPassword />} />
          <Route path={`${paths.reset}/:token?`} element={<ResetPassword />} />
          <Route path={`${paths.verify}/:token?`} element={<VerifyEmail />} />
          <Route element={<Guarded />}>
            <Route path={paths.overview} element={<Overview />} />
            <Route path={paths.account} element={<Account />} />
            <Route path={paths.devices} element={<Devices />} />
            <Route path={paths.events} element={<Activity />} />
          </Route>
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </Broken>
  );
}
