// What is seen of a catalogue before it is sent.
import assert from "node:assert/strict";
import test from "node:test";
import { module } from "./module.mjs";

const { checked } = await module("night/checks.js");
const HEADER = "#   1 MAG_AUTO x\n#   2 MAGERR_AUTO x\n#   3 ALPHA_J2000 x\n#   4 DELTA_J2000 x\n";
const ROWS = [1, 2, 3, 4, 5, 6].map((n) => `-6.3 .04 ${359.99 + n / 200} ${30 + n / 200}\n`).join("");

function row(text, more = {}) {
  const file = new Blob([text]);
  return { file, mjd: 57000, target: "ivo://X", place: { ra: 0.001, dec: 30.01 }, ...more };
}

async function problems(given) {
  return (await checked(given)).map(({ problem }) => problem);
}

test("a good catalogue has no problem, across 0h too", async () => {
  assert.deepEqual(await problems(row(HEADER + ROWS)), []);
});

test("a JD is told, and mended", async () => {
  const given = row(HEADER + ROWS, { mjd: 2457000.5 });
  const [{ problem, fix }] = await checked(given);
  assert.match(problem, /JD/);
  fix.apply();
  assert.equal(given.mjd, 57000);
});

test("what is missing is told", async () => {
  const told = await problems(row("# 1 FLUX x\n1\n", { mjd: 0, target: "" }));
  for (const word of [/time of mid-exposure/, /Only 1 stars/, /ALPHA_J2000/, /MAG_/]) {
    assert.ok(told.some((one) => word.test(one)), `${word} in ${told}`);
  }
});

test("a target elsewhere is told", async () => {
  assert.deepEqual(await problems(row(HEADER + ROWS, { place: { ra: 10, dec: 30 } })), ["The target lies outside this field."]);
});

test("tabs are blanks: the server reads both", async () => {
  assert.deepEqual(await problems(row(HEADER + ROWS.replaceAll(" ", "\t"))), []);
});

test("a time at the Sun needs a target whose place is known", async () => {
  const told = await problems(row(HEADER + ROWS, { mjd: undefined, solar: { name: "HJD", mjd: 57000 } }));
  assert.match(told[0], /only HJD: name a known target/);
});

test("a header that counts from 0, or has other positions, is understood", async () => {
  const fromZero = HEADER.replace(/# +(\d)/g, (_, place) => `# ${place - 1}`);
  assert.deepEqual(await problems(row(fromZero + ROWS)), []);
  const model = HEADER.replace("ALPHA_J2000", "XMODEL_WORLD").replace("DELTA_J2000", "YMODEL_WORLD");
  assert.deepEqual(await problems(row(model + ROWS)), []);
  assert.deepEqual(await problems(row(HEADER.replace("DELTA_J2000", "Y_IMAGE") + ROWS)), ["No ALPHA_J2000, DELTA_J2000 columns (J2000 degrees)."]);
});

test("what only the server can open is left to it", async () => {
  for (const magic of [[0x1f, 0x8b, 8], [0x42, 0x5a, 0x68], [0x50, 0x4b, 3, 4], [0xff, 0xfe, 0x23, 0]]) {
    assert.deepEqual(await problems(row(new Uint8Array(magic))), []);
  }
});
