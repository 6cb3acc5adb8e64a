import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { refusals, whichApi } from "../../scripts/deployment.ts";
import { type Config, createHosting } from "../../scripts/hosting.ts";

const text = readFileSync(new URL("../../vercel.json", import.meta.url), "utf8");
const config = JSON.parse(text) as Config;
const files = ["/index.html", "/mark.svg", "/assets/index-1.js"];
const ask = createHosting(config, (path) => files.includes(path));
const API = "https://your-api.onrender.com";

describe("vercel.json", () => {
  test.each(["/api/auth/me", "/api/auth/sessions/7", "/docs", "/docs/swagger-ui.css", "/openapi.json"])(
    "leads %s to the API, without headers of the page",
    (path) => {
      expect(ask(path)).toEqual({ status: 200, headers: {}, elsewhere: `${API}${path}` });
    },
  );

  test.each([
    "/",
    "/auth/login",
    "/profile",
    `/auth/reset-password/r1-${"a".repeat(43)}`,
    "/a.dotted/path.html",
    "/docs-of-mine",
  ])("answers %s with the page", (path) => {
    const { status, file, headers } = ask(path);
    expect([status, file]).toEqual([200, "/index.html"]);
    expect(headers["Cache-Control"]).toBe("no-store");
    expect(headers["Referrer-Policy"]).toBe("no-referrer");
    expect(headers["Content-Security-Policy"]).toContain("default-src 'none'");
  });

  test("answers an asset as it is, to be kept for ever", () => {
    const { file, headers } = ask("/assets/index-1.js");
    expect(file).toBe("/assets/index-1.js");
    expect(headers["Cache-Control"]).toBe("public, max-age=31536000, immutable");
  });

  test("never answers a missing asset with the page", () => {
    expect(ask("/assets/gone.js")).toMatchObject({ status: 404 });
    expect(ask("/assets/gone.js").file).toBeUndefined();
  });

  test("lets in nothing but what is its own, and no script that was made of a string", () => {
    const policy = ask("/auth/login").headers["Content-Security-Policy"] ?? "";
    const rules = Object.fromEntries(policy.split("; ").map((rule) => rule.split(/ (.*)/).slice(0, 2)));
    expect(rules).toEqual({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "img-src": "'self'",
      "font-src": "'self'",
      "connect-src": "'self'",
      "form-action": "'self'",
      "base-uri": "'none'",
      "frame-ancestors": "'none'",
      "require-trusted-types-for": "'script'",
      "trusted-types": "'none'",
    });
  });
});

describe("a build on Vercel", () => {
  const filled = text.replaceAll("YOUR-API", "ours");

  test("is refused while vercel.json names no API", () => {
    expect(refusals({ VERCEL: "1" }, text)).toHaveLength(1);
    expect(refusals({ VERCEL: "1" }, filled)).toEqual([]);
  });

  test.each(["http://api.example.com", "https://localhost:5000", "http://127.0.0.1", "api.example.com"])(
    "is refused with VITE_API_URL=%s",
    (url) => {
      expect(refusals({ VERCEL: "1", VITE_API_URL: url }, filled)).not.toEqual([]);
    },
  );

  test("takes an API of its own address, and says so", () => {
    const environment = { VERCEL: "1", VITE_API_URL: "https://api.example.com" };
    expect(refusals(environment, text)).toEqual([]);
    expect(whichApi(environment)).toBe("https://api.example.com");
  });

  test("is not looked at anywhere else", () => {
    expect(refusals({ VITE_API_URL: "http://localhost:5000" }, text)).toEqual([]);
  });
});
