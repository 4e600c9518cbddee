// The light curve on a target's page: fetched, drawn, steered, kept up to date.
import { utc } from "./axes.js";
import { Chart } from "./chart.js";
import { listen, say } from "./live.js";
import { wear } from "./network.js";
import { Points } from "./points.js";
import { Scene } from "./scene.js";
import { showLegend, steer } from "./steer.js";
import { readView, writeView } from "./view.js";

const FIRST_NOTE = 100;
const place = document.getElementById("lightcurve");
const tip = document.getElementById("lightcurve-tip");
const { points: address, events, root, observer, palette, total, drawnFirst } = place.dataset;
const view = readView(Number(observer));

function told(chart, at) {
  const { points, scene } = chart;
  const index = scene.source[at];
  const { observatory, survey, band, mode } = points.about(index);
  const { mag, err } = points.at(index);
  const value = scene.limit[at] ? `fainter than ${mag.toFixed(2)}` : `${mag.toFixed(3)} ± ${err.toFixed(3)}`;
  if (scene.many[at] > 1) return `${scene.many[at]} points of a night, ${scene.groups[scene.group[at]].name}: ${scene.y[at].toFixed(3)} ± ${scene.err[at].toFixed(3)}, MJD ${scene.x[at].toFixed(4)}`;
  const exposure = points.exposure[index] ? `, ${points.exposure[index]} s` : "";
  const comment = points.comment[index] ? `: ${points.comment[index]}` : "";
  const ghost = points.isGhost(index) ? "A dry run, " : "";
  return `${ghost}${observatory}: ${value} mag, ${band} (${survey}, ${mode}), MJD ${points.mjd[index].toFixed(5)}, ${utc(points.mjd[index], 0.1)} UTC${exposure}${comment}`;
}

function hover(chart, at) {
  const id = at < 0 ? 0 : chart.points.id[chart.scene.source[at]];
  place.dataset.hover = id || "";
  chart.plot.over.style.cursor = id ? "pointer" : "crosshair";
  for (const row of document.querySelectorAll("tr.lit")) row.classList.remove("lit");
  document.querySelector(`tr[data-point="${id}"]`)?.classList.add("lit");
  tip.hidden = at < 0;
  if (at < 0) return;
  tip.textContent = told(chart, at);
  const half = place.clientWidth / 2;
  const left = chart.plot.valToPos(chart.scene.x[at], "x") + chart.plot.over.offsetLeft;
  tip.style.left = left > half ? "" : `${left + 14}px`;
  tip.style.right = left > half ? `${place.clientWidth - left + 14}px` : "";
  tip.style.top = `${chart.plot.valToPos(chart.scene.y[at], "y") + 14}px`;
}

// A click opens a point; a finger's first tap only tells what it is.
function opens(chart) {
  let [shown, tapped, finger] = [-1, 0, false];
  place.addEventListener("pointerdown", (event) => (finger = event.pointerType === "touch"));
  place.addEventListener("click", (event) => {
    if (finger) {
      const box = chart.plot.over.getBoundingClientRect();
      shown = chart.nearest(event.clientX - box.left, event.clientY - box.top);
      hover(chart, shown);
    }
    if (shown < 0) return;
    const index = chart.scene.source[shown];
    const id = chart.points.id[index];
    if (finger && tapped !== id) tapped = id;
    else open(chart.points.calibration[index]);
  });
  return (at) => hover(chart, (shown = at));
}

// Open a calibration beside the curve where the desk can, else on its page.
function open(calibration) {
  const wish = new CustomEvent("calibration", { detail: calibration, cancelable: true });
  if (place.dispatchEvent(wish)) location.href = `${root}/calibration/${calibration}`;
}

async function fetched() {
  if (Number(total) > FIRST_NOTE) say(`${Number(total).toLocaleString("en")} points are coming; the latest ${drawnFirst} are shown.`);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The points did not come: status ${answer.status}.`);
  return new Points(await answer.json(), JSON.parse(palette));
}

async function drawnChart() {
  const started = performance.now();
  const points = await fetched();
  const came = performance.now();
  say("");
  if (view.net) view.net = await wear(points, true, place.dataset.network, say);
  let [chart, tell] = [null, () => {}];
  const wishes = {
    hover: (at) => tell(at),
    moved: () => chart && writeView(view, chart),
    drawn: (time, count, y) => Object.assign(place.dataset, { drawn: count, drawTime: time.toFixed(1), brightest: y.min, faintest: y.max }),
  };
  place.replaceChildren(...[place.querySelector(".drop"), tip].filter(Boolean));
  chart = new Chart(place, new Scene(points, view), view, wishes);
  tell = opens(chart);
  if (view.window.every(Number.isFinite)) chart.look({ min: view.window[0], max: view.window[1] });
  steer(chart, place, say);
  showLegend(chart);
  listen(chart, events);
  lightRows(chart);
  new ResizeObserver(() => chart.plot.setSize(chart.size())).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.rebuild());
  requestAnimationFrame(() => Object.assign(place.dataset, { count: points.stored, fetched: (came - started).toFixed(1), settled: (performance.now() - came).toFixed(1) }));
  return chart;
}

// A row of the table lights its point.
function lightRows(chart) {
  const lit = (event, on) => {
    const row = event.target.closest?.("tr[data-point]");
    if (row) chart.light(on ? Number(row.dataset.point) : 0);
  };
  document.addEventListener("pointerover", (event) => lit(event, true));
  document.addEventListener("pointerout", (event) => lit(event, false));
}

export const chart = drawnChart();
chart.catch(({ message }) => say(message));
