// The parts of the sandbox's script that need no browser.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const source = new URL("../../../crates/pages/assets/sandbox/json.js", import.meta.url);
const names = ["pieces", "readable", "errorOf", "leadsTo", "size"];
const script = new Function(`${readFileSync(source, "utf8")}; return { ${names.join(", ")} };`)();

test("keys, strings, numbers and words are told apart", () => {
  const found = script.pieces('{"a": [1, -2.5e3, "b: \\"c\\"", true, null]}');
  const kinds = found.filter(([kind]) => kind !== "");
  assert.deepEqual(kinds, [
    ["key", '"a"'],
    ["number", "1"],
    ["number", "-2.5e3"],
    ["string", '"b: \\"c\\""'],
    ["word", "true"],
    ["word", "null"],
  ]);
});

test("the pieces of anything are all of it", () => {
  const texts = ['{"a":1}', "", '"', '"\\', "<b>null</b>", '{"\\u0022": "x', "nullify true-1", "[[[", "-"];
  for (const text of texts) {
    assert.equal(script.pieces(text).map(([, part]) => part).join(""), text);
  }
});

test("a body that is no JSON is shown as it came", () => {
  assert.deepEqual(script.readable("<api/>"), ["<api/>", false]);
  assert.deepEqual(script.readable('{"a":{"b":1}}'), ['{\n  "a": {\n    "b": 1\n  }\n}', true]);
});

test("the error of an answer is told in whichever form it came", () => {
  assert.equal(script.errorOf({ error: { code: "badtoken", info: "No." } }), "badtoken: No.");
  assert.equal(script.errorOf({ errors: [{ code: "x", text: "Y" }, { code: "z" }] }), "x: Y");
  assert.equal(script.errorOf({ errors: [{ code: "x" }] }), "x");
  for (const answer of [null, undefined, {}, [], "error", { errors: [] }]) {
    assert.equal(script.errorOf(answer), "");
  }
});

test("a dialogue leads to the web and nowhere else", () => {
  assert.equal(script.leadsTo("https://id.example/x?y=1"), "https://id.example/x?y=1");
  for (const target of ["javascript:alert(1)", "data:text/html,x", "/w/", "", "app://x"]) {
    assert.equal(script.leadsTo(target), "");
  }
});

test("sizes are read by people", () => {
  assert.equal(script.size(999), "999 B");
  assert.equal(script.size(12345), "12.3 kB");
});
