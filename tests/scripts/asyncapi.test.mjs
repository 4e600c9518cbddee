// The generated document of events is one that AsyncAPI's own parser accepts.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import test from "node:test";

const require = createRequire(new URL("../../.npm/package.json", import.meta.url));
const { Parser } = require("@asyncapi/parser");
const ERROR = 0;

test("the parser finds no error", async () => {
  const text = await readFile(new URL("../../docs/asyncapi.yaml", import.meta.url), "utf8");
  const { document, diagnostics } = await new Parser().parse(text);
  const errors = diagnostics.filter(({ severity }) => severity === ERROR);
  assert.deepEqual(errors.map(({ path, message }) => `${path.join("/")}: ${message}`), []);
  assert.ok(document.channels().get("PublicStream"));
});
