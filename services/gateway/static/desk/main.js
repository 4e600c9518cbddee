// The observing desk: frames are dropped on the light curve, tried, seen as ghosts, and kept.
import { chart as drawn } from "../lightcurve/main.js";
import { showLegend } from "../lightcurve/steer.js";
import { Night } from "../night/night.js";
import { droppable, wire } from "../night/zone.js";
import { Drawer } from "./drawer.js";

const place = document.getElementById("lightcurve");
const zone = document.getElementById("night");
const { root } = zone.dataset;
const chart = await drawn;
const ghosts = new Map(); // the number of the ghost of each upload

function redraw() {
  chart.reload();
  showLegend(chart);
  place.dataset.ghosts = ghosts.size;
}

function haunt({ job, point }) {
  drop(job);
  ghosts.set(job, chart.points.haunt({ ...point, calibration: job }));
  redraw();
}

function drop(upload) {
  if (!ghosts.has(upload)) return;
  chart.points.drop(ghosts.get(upload));
  ghosts.delete(upload);
  redraw();
}

const drawer = new Drawer(document.getElementById("drawer"), root, {
  tried: (job) => haunt({ job: job.id, point: job.observation }),
  left: (upload) => {
    drop(upload);
    const row = [...night.rows.values()].find(({ job }) => job === upload);
    if (row) night.remove(row);
  },
  kept: (uploads, job) => {
    for (const upload of uploads) drop(upload);
    const row = [...night.rows.values()].find((one) => uploads.includes(one.job));
    if (row) night.settle(Object.assign(row, { job: job.id }), job);
  },
});

const ghostOf = new Map(); // the upload whose ghost a row has
const night = wire(zone, (fields) => new Night(zone, {
  target: zone.dataset.target,
  fields,
  told: {
    tried: (row) => {
      leave(row);
      ghostOf.set(row.key, row.job);
      haunt(row);
    },
    kept: leave,
    left: leave,
    opened: (row, event) => {
      event.preventDefault();
      drawer.open(row.job);
    },
  },
}));

function leave(row) {
  drop(ghostOf.get(row.key));
  ghostOf.delete(row.key);
}

// What is dropped is tried at once by whoever is logged in; others give their hashtag first.
async function take(files) {
  await night.take(files);
  if (Number(place.dataset.observer)) await night.send(true);
  else night.say("Give your hashtag, then try or send them.");
}

droppable(place, take);
droppable(zone, take);
document.getElementById("night-files").addEventListener("change", (event) => take(event.target.files));
place.addEventListener("calibration", (event) => {
  event.preventDefault();
  drawer.open(event.detail);
});
document.addEventListener("click", (event) => {
  const { calibration } = event.target.closest("a[data-calibration]")?.dataset ?? {};
  if (!calibration || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  drawer.open(calibration);
});
place.addEventListener("gone", (event) => night.gone(event.detail));
night.recall();
place.dataset.desk = "ready";
