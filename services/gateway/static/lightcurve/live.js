// Keeps a light curve and its page up to date: new points, deletions, the table beside them.
import { wear } from "./network.js";
import { refresh } from "./steer.js";

const PARTS = ["told-of-target", "observations"];
const news = document.getElementById("lightcurve-news");

export function say(text) {
  news.textContent = text;
}

export function listen(chart, address) {
  const source = new EventSource(address);
  const later = (change) => (event) => {
    change(JSON.parse(event.data));
    refresh(chart);
    chart.place.dataset.count = chart.points.stored;
    renewPage();
  };
  source.addEventListener("observation", later((point) => {
    chart.points.put(point);
    chart.ring(point.id);
    say(`${point.revision > 1 ? "Revised" : "New"}: ${written(point)} mag in ${point.band} by ${point.observatory}. `);
    if (chart.time && chart.view.axis !== "phase") outside(chart, point);
  }));
  source.addEventListener("network", () => renewNetwork(chart));
  source.addEventListener("deletion", later(({ id }) => {
    chart.points.drop(id);
    chart.place.dispatchEvent(new CustomEvent("gone", { detail: id }));
    say(`Observation ${id} was deleted.`);
  }));
}

// Take the network's magnitudes anew where they are shown: a new point moves them all.
async function renewNetwork(chart) {
  if (!chart.view.net) return;
  await wear(chart.points, true, chart.place.dataset.network, say);
  refresh(chart);
}

export function written({ mag, limit }) {
  return limit ? `> ${mag.toFixed(2)}` : mag.toFixed(3);
}

const missed = new Map(); // the times of new points that the window has not held

// Offer to go where new points are, if the window does not hold them.
function outside(chart, { id, mjd }) {
  missed.set(id, mjd);
  for (const [number, at] of missed) if (at >= chart.time.min && at <= chart.time.max) missed.delete(number);
  if (!missed.size) return;
  const times = [...missed.values()];
  const later = times.filter((at) => at > chart.time.max);
  const text = later.length ? `${later.length} newer →` : `← ${times.length} earlier`;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet small", textContent: text });
  button.addEventListener("click", () => {
    const wanted = later.length ? later : times;
    const [first, last] = [Math.min(...wanted), Math.max(...wanted)];
    const half = Math.max(chart.time.max - chart.time.min, 1.2 * (last - first)) / 2;
    const middle = (first + last) / 2;
    missed.clear();
    chart.look({ min: middle - half, max: middle + half });
    button.remove();
  });
  news.append(button);
}

let waiting = 0;

// Fetch the page's own tables and counts anew, once for several changes.
function renewPage() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const renewed = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of PARTS) document.getElementById(part).replaceWith(renewed.getElementById(part));
  }, 400);
}
