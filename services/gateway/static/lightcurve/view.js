// The view of a light curve: kept in the address, so that it can be sent to somebody.
import { AXES } from "./axes.js";

const KINDS = ["band", "observer", "survey", "mode"];

// Return {axis, kind, group, mine, hidden, scale, bin, net, offsets, period, window} out of the address.
export function readView(observer) {
  const asked = new URLSearchParams(location.search);
  const axis = asked.get("axis") in AXES ? asked.get("axis") : "mjd";
  const kind = KINDS.includes(asked.get("by")) ? asked.get("by") : "band";
  const shifts = (asked.get("shift") ?? "").split(",").map((each) => each.split(":")).filter(([, shift]) => Number.isFinite(parseFloat(shift)));
  return {
    axis,
    kind,
    group: asked.get("show") ?? "",
    mine: asked.get("mine") === "1" ? observer : 0,
    hidden: new Set((asked.get("hide") ?? "").split(",").filter(Boolean)),
    scale: asked.get("scale") === "flux" ? "flux" : "mag",
    bin: asked.get("bin") === "1",
    net: asked.get("net") === "1",
    offsets: Object.fromEntries(shifts.map(([name, shift]) => [name, parseFloat(shift)])),
    period: parseFloat(asked.get("period")) || 0,
    window: ["from", "to"].map((side) => parseFloat(asked.get(side))),
  };
}

export function writeView(view, chart) {
  const asked = new URLSearchParams(location.search);
  const { min, max } = chart.window();
  const all = chart.plot.data[0];
  const zoomed = min > all[0] || max < all[1];
  const shifts = Object.entries(view.offsets).filter(([, shift]) => shift);
  const state = {
    axis: view.axis === "mjd" ? "" : view.axis,
    by: view.kind === "band" ? "" : view.kind,
    show: view.group,
    mine: view.mine ? "1" : "",
    hide: [...view.hidden].join(","),
    scale: view.scale === "mag" ? "" : view.scale,
    bin: view.bin ? "1" : "",
    net: view.net ? "1" : "",
    shift: shifts.map(([name, shift]) => `${name}:${shift}`).join(","),
    period: view.period ? String(view.period) : "",
    from: zoomed ? min.toFixed(5) : "",
    to: zoomed ? max.toFixed(5) : "",
  };
  for (const [key, value] of Object.entries(state)) {
    if (value) asked.set(key, value);
    else asked.delete(key);
  }
  history.replaceState(null, "", `?${asked}`);
}
