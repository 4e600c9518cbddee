// The browser reads headers as the server does: both are held to the same golden ones.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { module } from "./module.mjs";

const { readHeader } = await module("upload/headers.js");
const golden = JSON.parse(await readFile(new URL("golden_headers.json", import.meta.url)));

function card([name, value]) {
  return `${name.padEnd(8)}= ${value.padStart(20)}`.padEnd(80);
}

for (const { about, cards, mjd, exposure } of golden) {
  test(about, async () => {
    const text = [["SIMPLE", "T"], ...Object.entries(cards)].map(card).join("") + "END".padEnd(80);
    const told = await readHeader(new Blob([text]));
    assert.equal(told.exposure, exposure ?? 0);
    if (mjd === undefined) assert.equal(told.mjd, undefined);
    else assert.ok(Math.abs(told.mjd - mjd) < 1e-7, `${told.mjd} is not ${mjd}`);
  });
}
