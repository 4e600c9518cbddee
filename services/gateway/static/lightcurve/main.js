// The light curve on a target's page: fetched, drawn, steered, kept up to date.
import { AXES, Chart, utc } from "./chart.js";
import { Points } from "./points.js";
import { asDrawing, asPicture, asTable } from "./save.js";

const place = document.getElementById("lightcurve");
const { points: address, events, root, observer, name, palette } = place.dataset;
const controls = document.getElementById("lightcurve-controls");
const legend = document.getElementById("lightcurve-legend");
const tip = document.getElementById("lightcurve-tip");
const news = document.getElementById("lightcurve-news");
const view = read();

// The view's state is in the address, so that it can be sent to somebody.
function read() {
  const asked = new URLSearchParams(location.search);
  const axis = asked.get("axis") in AXES ? asked.get("axis") : "mjd";
  const kind = ["band", "observer", "survey", "mode"].includes(asked.get("by")) ? asked.get("by") : "band";
  const window = ["from", "to"].map((side) => parseFloat(asked.get(side)));
  return { axis, kind, group: asked.get("show") ?? "", mine: asked.get("mine") === "1" ? Number(observer) : 0, window };
}

function write(chart) {
  const asked = new URLSearchParams(location.search);
  const { min, max } = chart.window();
  const all = chart.plot.data[0];
  const zoomed = min > all[0] || max < all[1];
  const state = { axis: view.axis === "mjd" ? "" : view.axis, by: view.kind === "band" ? "" : view.kind, show: view.group, mine: view.mine ? "1" : "", from: zoomed ? min.toFixed(5) : "", to: zoomed ? max.toFixed(5) : "" };
  for (const [key, value] of Object.entries(state)) {
    if (value) asked.set(key, value);
    else asked.delete(key);
  }
  history.replaceState(null, "", `?${asked}`);
}

function told(chart, index) {
  const { points } = chart;
  const { observatory, survey, band, mode } = points.about(index);
  const [mag, err] = [points.mag[index].toFixed(3), points.err[index]];
  const value = err < 0 ? `fainter than ${mag}` : `${mag} ± ${err.toFixed(3)}`;
  const exposure = points.exposure[index] ? `, ${points.exposure[index]} s` : "";
  const comment = points.comment[index] ? `: ${points.comment[index]}` : "";
  return `${observatory}: ${value} mag, ${band} (${survey}, ${mode}), MJD ${points.mjd[index].toFixed(5)}, ${utc(points.mjd[index], 0.1)} UTC${exposure}${comment}`;
}

function hover(chart, index) {
  place.dataset.hover = index < 0 ? "" : chart.points.id[index];
  chart.plot.over.style.cursor = index < 0 ? "crosshair" : "pointer";
  tip.hidden = index < 0;
  if (index < 0) return;
  tip.textContent = told(chart, index);
  const half = place.clientWidth / 2;
  const left = chart.plot.valToPos(chart.points.mjd[index], "x") + chart.plot.over.offsetLeft;
  tip.style.left = left > half ? "" : `${left + 14}px`;
  tip.style.right = left > half ? `${place.clientWidth - left + 14}px` : "";
  tip.style.top = `${chart.plot.valToPos(chart.points.mag[index], "y") + 14}px`;
}

function showLegend(chart) {
  legend.replaceChildren(
    ...chart.groups.map((group) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "legend-entry";
      button.setAttribute("aria-pressed", String(view.group === group.name));
      const dot = document.createElement("span");
      dot.className = `dot ${group.shape}`;
      dot.style.background = group.colour;
      button.append(dot, `${group.name} (${group.count})`);
      button.addEventListener("click", () => {
        view.group = view.group === group.name ? "" : group.name;
        refresh(chart);
      });
      return button;
    }),
  );
}

function refresh(chart) {
  chart.regroup();
  showLegend(chart);
  write(chart);
}

function steer(chart) {
  const fields = controls.elements;
  fields.axis.value = view.axis;
  fields.by.value = view.kind;
  if (fields.mine) fields.mine.checked = Boolean(view.mine);
  controls.addEventListener("change", () => {
    Object.assign(view, { axis: fields.axis.value, kind: fields.by.value, mine: fields.mine?.checked ? Number(observer) : 0 });
    chart.rebuild();
    refresh(chart);
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
  const saved = { png: asPicture, svg: asDrawing, csv: asTable };
  for (const [kind, save] of Object.entries(saved)) fields[kind].addEventListener("click", () => save(chart, name));
  fields.all.addEventListener("click", () => chart.look(null));
  wheelAndKeys(chart);
}

function wheelAndKeys(chart) {
  place.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== place) return;
    event.preventDefault();
    const { left, width } = chart.plot.over.getBoundingClientRect();
    chart.move(event.deltaY > 0 ? 1.2 : 1 / 1.2, (event.clientX - left) / width, 0);
  }, { passive: false });
  const keys = { ArrowLeft: [1, 0.5, -0.1], ArrowRight: [1, 0.5, 0.1], "+": [1 / 1.3, 0.5, 0], "-": [1.3, 0.5, 0] };
  place.addEventListener("keydown", (event) => {
    if (event.key === "0") chart.look(null);
    else if (event.key in keys) chart.move(...keys[event.key]);
    else return;
    event.preventDefault();
  });
}

function listen(chart) {
  const source = new EventSource(events);
  const later = (change) => (event) => {
    change(JSON.parse(event.data));
    chart.reload();
    showLegend(chart);
    place.dataset.count = chart.points.length;
  };
  source.addEventListener("observation", later((point) => {
    chart.points.put(point);
    news.textContent = `New: ${point.mag.toFixed(3)} mag in ${point.band} by ${point.observatory}`;
  }));
  source.addEventListener("deletion", later(({ id }) => chart.points.drop(id)));
  addEventListener("pagehide", () => source.close());
}

async function open() {
  const started = performance.now();
  if (Number(place.dataset.total) > Number(place.dataset.drawnFirst)) news.textContent = `${place.dataset.total} points are coming: the newest ${place.dataset.drawnFirst} are shown.`;
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const points = new Points(await answer.json(), JSON.parse(palette));
  const fetched = performance.now();
  news.textContent = "";
  let chart = null;
  let shown = -1;
  const wishes = {
    hover: (index) => hover(chart, (shown = index)),
    moved: () => chart && write(chart),
    drawn: (time, count, y) => Object.assign(place.dataset, { drawn: count, drawTime: time.toFixed(1), brightest: y.min, faintest: y.max }),
  };
  place.replaceChildren(tip);
  chart = new Chart(place, points, view, wishes);
  if (view.window.every(Number.isFinite)) chart.look({ min: view.window[0], max: view.window[1] });
  place.addEventListener("click", () => {
    if (shown >= 0) location.href = `${root}/calibration/${points.calibration[shown]}`;
  });
  showLegend(chart);
  steer(chart);
  listen(chart);
  controls.hidden = false;
  new ResizeObserver(() => chart.plot.setSize(chart.size())).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.rebuild());
  requestAnimationFrame(() => Object.assign(place.dataset, { count: points.length, fetched: (fetched - started).toFixed(1), settled: (performance.now() - fetched).toFixed(1) }));
}

open();
