// The controls of a light curve: its form, its legend, wheel, keys and fingers.
import { asDrawing, asPicture, asTable } from "./save.js";
import { wear } from "./network.js";
import { writeView } from "./view.js";

const controls = document.getElementById("lightcurve-controls");
const legend = document.getElementById("lightcurve-legend");
const KEYS = { ArrowLeft: [1, 0.5, -0.1], ArrowRight: [1, 0.5, 0.1], "+": [1 / 1.3, 0.5, 0], "-": [1.3, 0.5, 0] };

export function steer(chart, place, told) {
  const fields = controls.elements;
  const { view } = chart;
  show(fields, view);
  controls.addEventListener("change", async () => {
    const [before, net] = [view.axis, Boolean(fields.net.value)];
    if (net !== view.net && (await wear(chart.points, net, place.dataset.network, told))) view.net = net;
    Object.assign(view, { axis: fields.axis.value, kind: fields.by.value, scale: fields.scale.value, bin: fields.bin.checked, period: parseFloat(fields.period.value) || 0 });
    view.mine = fields.mine?.checked ? Number(place.dataset.observer) : 0;
    if ((before === "phase") !== (view.axis === "phase")) Object.assign(chart, { time: null });
    chart.heightsSet = null;
    if (fields.period.value && !(view.period > 0)) told("A period is a number of days above 0.");
    else if (view.axis === "phase" && !view.period) told("Type a period in days, or let it be found.");
    chart.rebuild();
    refresh(chart);
    show(fields, view);
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
  const saved = { png: asPicture, svg: asDrawing, csv: asTable };
  for (const [kind, save] of Object.entries(saved)) fields[kind].addEventListener("click", () => save(chart, place.dataset.name));
  fields.all.addEventListener("click", () => chart.look(null));
  fields.find.addEventListener("click", () => find(chart, fields, place.dataset.period, told));
  wheelAndKeys(chart, place);
  fingers(chart);
  controls.hidden = false;
}

function show(fields, view) {
  Object.assign(fields.axis, { value: view.axis });
  Object.assign(fields.by, { value: view.kind });
  Object.assign(fields.scale, { value: view.scale });
  fields.bin.checked = view.bin;
  fields.net.value = view.net ? "1" : "";
  fields.period.value = view.period || "";
  if (Object.keys(view.offsets).length) fields.offsets.checked = true;
  if (fields.mine) fields.mine.checked = Boolean(view.mine);
  for (const part of controls.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== view.axis;
}

async function find(chart, fields, address, told) {
  fields.find.disabled = true;
  const answer = await fetch(address);
  const found = await answer.json();
  fields.find.disabled = false;
  if (!answer.ok) return told(found.detail);
  fields.period.value = found.period.toPrecision(9);
  fields.period.dispatchEvent(new Event("change", { bubbles: true }));
  const chance = found.false_alarm < 0.001 ? "" : `; by chance with a probability of ${(100 * found.false_alarm).toPrecision(2)} %`;
  const limit = found.shortest > 0.021 ? ` Shorter ones than ${found.shortest.toPrecision(2)} d were not looked for: the light curve is long.` : "";
  return told(`Period ${found.period.toPrecision(7)} d (Lomb-Scargle)${chance}.${limit} An eclipsing binary may have twice that.`);
}

export function refresh(chart) {
  chart.reload();
  showLegend(chart);
  writeView(chart.view, chart);
}

export function showLegend(chart) {
  legend.replaceChildren(...chart.scene.groups.map((group) => entry(chart, group)));
}

function entry(chart, group) {
  const { view } = chart;
  const whole = Object.assign(document.createElement("span"), { className: "legend-group" });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "legend-entry" });
  button.setAttribute("aria-pressed", String(view.group === group.name));
  const dot = Object.assign(document.createElement("span"), { className: `dot ${group.shape}` });
  dot.style.background = group.colour;
  button.append(dot, `${group.name} (${group.count})`);
  button.addEventListener("click", () => {
    view.group = view.group === group.name ? "" : group.name;
    refresh(chart);
  });
  whole.classList.toggle("away", view.hidden.has(group.name));
  whole.append(button, hide(chart, group.name));
  if (controls.elements.offsets.checked) whole.append(offset(chart, group.name));
  return whole;
}

function hide(chart, name) {
  const { hidden } = chart.view;
  const away = hidden.has(name);
  const button = Object.assign(document.createElement("button"), { type: "button", className: "legend-hide quiet", textContent: away ? "+" : "×", title: away ? "show again" : "hide" });
  button.setAttribute("aria-label", `${away ? "Show" : "Hide"} ${name}`);
  button.addEventListener("click", () => {
    if (!hidden.delete(name)) hidden.add(name);
    refresh(chart);
  });
  return button;
}

function offset(chart, name) {
  const input = Object.assign(document.createElement("input"), { type: "number", step: "0.1", value: chart.view.offsets[name] ?? 0 });
  input.setAttribute("aria-label", `Offset of ${name} in magnitudes`);
  input.addEventListener("change", () => {
    chart.view.offsets[name] = parseFloat(input.value) || 0;
    chart.reload();
    writeView(chart.view, chart);
  });
  return input;
}

function wheelAndKeys(chart, place) {
  place.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== place) return;
    event.preventDefault();
    const { left, width } = chart.plot.over.getBoundingClientRect();
    chart.move(event.deltaY > 0 ? 1.2 : 1 / 1.2, (event.clientX - left) / width, 0);
  }, { passive: false });
  place.addEventListener("keydown", (event) => {
    if (event.target !== place) return;
    if (event.key === "0") chart.look(null);
    else if (event.key in KEYS) chart.move(...KEYS[event.key]);
    else return;
    event.preventDefault();
  });
}

// One finger pans what is zoomed, two zoom; a page still scrolls up and down.
function fingers(chart) {
  const down = new Map();
  const place = chart.place;
  place.addEventListener("pointerdown", (event) => event.pointerType === "touch" && down.set(event.pointerId, event.clientX));
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) place.addEventListener(end, (event) => down.delete(event.pointerId));
  place.addEventListener("pointermove", (event) => {
    if (!down.has(event.pointerId)) return;
    const before = [...down.values()];
    down.set(event.pointerId, event.clientX);
    const now = [...down.values()];
    const { left, width } = chart.plot.over.getBoundingClientRect();
    if (now.length === 1 && chart.time) chart.move(1, 0.5, (before[0] - now[0]) / width);
    if (now.length !== 2) return;
    const factor = Math.max(10, Math.abs(before[0] - before[1])) / Math.max(10, Math.abs(now[0] - now[1]));
    chart.move(factor, ((now[0] + now[1]) / 2 - left) / width, 0);
  });
}
