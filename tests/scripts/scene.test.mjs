// What of a light curve is shown: filtered, shifted, folded, binned, as magnitude or flux.
import assert from "node:assert/strict";
import test from "node:test";
import { module } from "./module.mjs";

const { Scene } = await module("lightcurve/scene.js");
const { Points } = await module("lightcurve/points.js");
const PALETTE = { colours: ["blue"], bands: { g: ["sky", "circle"], r: ["orange", "circle"] }, other: ["grey", "circle"] };
const VIEW = { kind: "band", mine: 0, hidden: new Set(), axis: "mjd", period: 0, scale: "mag", bin: false, offsets: {} };

function scene(view = {}, more = {}) {
  const columns = {
    id: [1, 2, 3, 4], mjd: [57000, 57000.01, 57001, 57002.5], mag: [15, 15.2, 14, 16], err: [0.02, 0.02, 0.01, -1],
    look: [0, 0, 1, 0], label: ["A/r/AUTO/2/X", "A/g/AUTO/3/Y"], calibration: [], exposure: [], comment: [], ...more,
  };
  return new Scene(new Points(columns, PALETTE), { ...VIEW, ...view });
}

const near = (found, wanted, within = 1e-9) => found.forEach((value, place) => assert.ok(Math.abs(value - wanted[place]) <= within, `${[...found]} is not ${wanted}`));

test("as they are, the points are in their order, limits without bars", () => {
  const shown = scene();
  near(shown.x, [57000, 57000.01, 57001, 57002.5]);
  near(shown.err, [0.02, 0.02, 0.01, 0]);
  assert.deepEqual(shown.limit, [false, false, false, true]);
  assert.deepEqual([0, 57000.005, 57002, 60000].map((x) => shown.from(x)), [0, 1, 3, 4]);
});

test("a hidden band and other observers are left out", () => {
  assert.deepEqual(scene({ hidden: new Set(["r"]) }).source, [2]);
  assert.deepEqual(scene({ mine: 2 }).source, [0, 1, 3]);
});

test("an offset shifts its band alone", () => near(scene({ offsets: { r: -0.5 } }).y, [14.5, 14.7, 14, 15.5]));

test("a period folds, from the first point on, twice", () => {
  const shown = scene({ axis: "phase", period: 2 });
  near(shown.x, [0, 0.005, 0.25, 0.5, 1, 1.005, 1.25, 1.5], 1e-6);
  assert.deepEqual(shown.source, [0, 1, 3, 2, 0, 1, 3, 2]);
});

test("a night is one point: weighted mean, an error that holds the scatter", () => {
  const shown = scene({ bin: true });
  assert.deepEqual(shown.many, [2, 1, 1]);
  near([shown.x[0], shown.y[0], shown.err[0]], [57000.005, 15.1, 0.1], 1e-6);
  const even = scene({ bin: true }, { mag: [15, 15, 14, 16] });
  near([even.err[0]], [0.02 / Math.SQRT2], 1e-6);
});

test("a limit is never averaged with what was seen", () => {
  const shown = scene({ bin: true }, { mjd: [57000, 57000.01, 57001, 57000.02].sort(), err: [0.02, -1, 0.01, 0.02] });
  assert.equal(shown.limit.filter(Boolean).length, 1);
});

test("flux is one at the middle magnitude, its error the magnitude's", () => {
  const shown = scene({ scale: "flux" }, { mag: [15, 15, 15, 17.5] });
  near(shown.y, [1, 1, 1, 0.1], 1e-9);
  near([shown.err[0]], [0.02 * 0.4 * Math.LN10], 1e-9);
  assert.match(shown.label, /flux \(1 at 15.0 mag\)/);
});

test("no points make an empty scene", () => {
  const shown = scene({ axis: "phase", period: 1, scale: "flux", bin: true }, { id: [], mjd: [], mag: [], err: [], look: [] });
  assert.equal(shown.length, 0);
});

test("a night is summed up by band", async () => {
  const { summary } = await module("night/summary.js");
  const point = (mag, err, band = "r") => ({ mag, total_err: err, band, limit: false });
  const rows = [{ state: "tried", point: point(14, 0.01) }, { state: "tried", point: point(14.25, 0.02) }, { state: "failed" }, { state: "kept", point: { ...point(19, -1), limit: true } }];
  assert.equal(summary(rows), "2 tried, 1 stored, 1 refused: r 14.000 to 14.250 mag, errors 0.010 to 0.020");
  assert.equal(summary([{ state: "failed" }]), "1 refused");
});
