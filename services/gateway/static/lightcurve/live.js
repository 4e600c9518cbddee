// Keeps a light curve and its page up to date: new points, deletions, the table beside them.
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
    say(`New: ${point.limit ? "> " : ""}${point.mag.toFixed(3)} mag in ${point.band} by ${point.observatory}. `);
    if (chart.time && chart.view.axis !== "phase") outside(chart, point);
  }));
  source.addEventListener("deletion", later(({ id }) => {
    chart.points.drop(id);
    say(`Observation ${id} was deleted.`);
  }));
}

// Offer to go where a new point is, if the window does not hold it.
function outside(chart, { mjd }) {
  const { min, max } = chart.time;
  if (mjd >= min && mjd <= max) return;
  const text = mjd > max ? "1 newer →" : "← 1 earlier";
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet small", textContent: text });
  button.addEventListener("click", () => {
    const half = (max - min) / 2;
    chart.look({ min: mjd - half, max: mjd + half });
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
