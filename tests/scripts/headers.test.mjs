// The browser reads headers as the server does: both are held to the same golden ones.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { module } from "./module.mjs";

const { atTelescope, readHeader } = await module("night/headers.js");
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

// Made with astropy's light_travel_time at the Earth's centre: [MJD UTC, RA, Dec, HJD UTC, BJD TDB], the JDs as MJD.
const SOLAR = [
  [57735.7678, 294.9927, 30.1314, 57735.76516603, 57735.76595029],
  [58909.917, 0.02, -45.0, 58909.91265142, 58909.91342262],
  [60500.25, 180.0, 66.5, 60500.24726189, 60500.24807085],
  [59215.0, 83.6, 22.0, 59215.00544555, 59215.00627678],
];

test("times at the Sun and the barycentre are times at the telescope again", () => {
  for (const [mjd, ra, dec, hjd, bjd] of SOLAR) {
    const heliocentric = 86400 * (atTelescope({ mjd: hjd, tdb: false }, { ra, dec }) - mjd);
    const barycentric = 86400 * (atTelescope({ mjd: bjd, tdb: true }, { ra, dec }) - mjd);
    assert.ok(Math.abs(heliocentric) < 1, `${heliocentric} s`);
    assert.ok(Math.abs(barycentric) < 5, `${barycentric} s`);
  }
});

test("a header of a heliocentric date alone says so", async () => {
  const text = [["SIMPLE", "T"], ["HJD", "2457736.26516603"], ["EXPTIME", "60.0"]].map(card).join("") + "END".padEnd(80);
  const told = await readHeader(new Blob([text]));
  assert.equal(told.mjd, undefined);
  assert.deepEqual([told.solar.name, told.solar.tdb], ["HJD", false]);
  assert.ok(Math.abs(told.solar.mjd - 57735.76516603) < 1e-7);
});
