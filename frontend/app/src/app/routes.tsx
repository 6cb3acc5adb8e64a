import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";

const Home = lazy(() => import("../pages/Home"));

/** Every path; nothing else writes one down. */
export const paths = {
  home: "/",
} as const;

export function Pages() {
  return (
    <Suspense>
      <Routes>
        <Route path={paths.home} element={<Home />} />
      </Routes>
    </Suspense>
  );
}
