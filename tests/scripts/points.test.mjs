// The points of a light curve: in their order, in their groups, the newest revision.
import assert from "node:assert/strict";
import test from "node:test";
import { module } from "./module.mjs";

const { Points } = await module("lightcurve/points.js");

const PALETTE = {
  colours: ["blue", "red"],
  bands: { g: ["sky", "circle"], V: ["green", "square"], r: ["orange", "circle"] },
  other: ["grey", "circle"],
};

function columns() {
  return {
    id: [1, 2, 3],
    mjd: [57000, 57001, 57002],
    mag: [15, 15.1, 15.2],
    err: [0.01, 0.02, -1],
    look: [0, 1, 0],
    label: ["APASS/r/AUTO/2/A", "PS1/g/FORCED/3/B, at home"],
    calibration: ["a", "b", "c"],
    exposure: [60, 0, 90],
    comment: ["", "through clouds", ""],
  };
}

const NEW = { id: 9, mjd: 57001.5, mag: 14, total_err: 0.1, survey: "APASS", band: "V", mode: "AUTO", observer: 2, observatory: "A", calibration: "d", exposure_time: 30, comment: "new" };

test("a point is told by its label", () => {
  const points = new Points(columns(), PALETTE);
  assert.equal(points.length, 3);
  assert.deepEqual(points.about(1), { survey: "PS1", band: "g", mode: "FORCED", observer: 3, observatory: "B, at home" });
  assert.deepEqual([0, 1, 2].map((index) => points.isLimit(index)), [false, false, true]);
});

test("a new point takes its place in time", () => {
  const points = new Points(columns(), PALETTE);
  points.put(NEW);
  assert.deepEqual(points.id, [1, 2, 9, 3]);
  assert.equal(points.about(2).band, "V");
  assert.deepEqual([points.exposure[2], points.comment[2]], [30, "new"]);
});

test("a newer revision replaces the old one", () => {
  const points = new Points(columns(), PALETTE);
  points.put(NEW);
  points.put({ ...NEW, mjd: 56999, mag: 13 });
  assert.deepEqual(points.id, [9, 1, 2, 3]);
  assert.equal(points.mag[0], 13);
});

test("a dropped point is gone, one that is not there changes nothing", () => {
  const points = new Points(columns(), PALETTE);
  points.drop(2);
  points.drop(77);
  assert.deepEqual(points.id, [1, 3]);
  assert.deepEqual(points.mag, [15, 15.2]);
});

test("a band keeps its look, other groups take colours in turn", () => {
  const points = new Points(columns(), PALETTE);
  const { groups, of } = points.groups("band");
  assert.deepEqual(groups.map(({ name, count }) => [name, count]), [["g", 1], ["r", 2]]);
  assert.deepEqual(groups.map(({ colour, shape }) => [colour, shape]), [["sky", "circle"], ["orange", "circle"]]);
  assert.deepEqual(points.groups("observer").groups.map(({ colour }) => colour), ["blue", "red"]);
  assert.deepEqual(of, [1, 0]);
});

test("bands are in the order of their wavelengths, unknown ones last and grey", () => {
  const label = ["X/narrow/AUTO/2/A", "APASS/V/AUTO/2/A"];
  const points = new Points({ ...columns(), label }, PALETTE);
  const looks = points.groups("band").groups.map(({ name, colour, shape }) => [name, colour, shape]);
  assert.deepEqual(looks, [["V", "green", "square"], ["narrow", "grey", "circle"]]);
});

test("a dry run is a ghost: among the points, and not counted", () => {
  const points = new Points(columns(), PALETTE);
  const ghost = points.haunt({ ...NEW, id: 0 });
  assert.deepEqual([points.length, points.stored, points.isGhost(2), points.isGhost(0)], [4, 3, true, false]);
  assert.notEqual(points.haunt({ ...NEW, id: 0 }), ghost);
  points.drop(ghost);
  assert.equal(points.length, 4);
});
