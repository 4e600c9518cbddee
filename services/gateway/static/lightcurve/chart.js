// Draws a light curve: axes by uPlot, points as stamped sprites, error bars in one stroke a colour.
import uPlot from "../vendor/uPlot.esm.js";

const SIZE = 9;
const FAINT = 0.12;
const NEAR = 14;
const JD = 2400000.5;
const UNIX_EPOCH = 40587;

export const AXES = {
  mjd: { label: "MJD [d]", text: (mjd, step) => mjd.toFixed(digits(step)) },
  jd: { label: "JD [d]", text: (mjd, step) => (mjd + JD).toFixed(digits(step)) },
  utc: { label: "UTC", text: utc },
  ago: { label: "days ago", text: (mjd, step) => (Date.now() / 864e5 + UNIX_EPOCH - mjd).toFixed(digits(step)) },
};

function digits(step) {
  return Math.max(0, Math.min(6, -Math.floor(Math.log10(step))));
}

export function utc(mjd, step) {
  const text = new Date((mjd - UNIX_EPOCH) * 864e5).toISOString();
  return step >= 1 ? text.slice(0, 10) : text.slice(5, 16).replace("T", " ");
}

// The outline of each mark, of half a size about 0 0.
export const SHAPES = {
  circle: "M-.8 0a.8 .8 0 1 0 1.6 0a.8 .8 0 1 0 -1.6 0z",
  square: "M-.75 -.75h1.5v1.5h-1.5z",
  diamond: "M0 -1l1 1l-1 1l-1 -1z",
  cross: "M-.3 -1h.6v.7h.7v.6h-.7v.7h-.6v-.7h-.7v-.6h.7z",
  limit: "M-1 -1h2l-1 2z",
};

function sprite(colour, shape, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil((SIZE + 2) * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour;
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.scale((SIZE / 2) * scale, (SIZE / 2) * scale);
  pen.fill(new Path2D(SHAPES[shape]));
  return canvas;
}

export class Chart {
  // view: {axis, group (highlighted name or ""), mine (observer's number or 0), kind}
  constructor(place, points, view, told) {
    Object.assign(this, { place, points, view, told, time: null, mags: null });
    this.plot = new uPlot(this.options(), this.corners(), place);
    this.regroup();
  }

  options() {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--ink").trim();
    const line = { stroke: style.getPropertyValue("--line").trim(), width: 1 };
    const axis = AXES[this.view.axis];
    const times = (_, splits, __, ___, step) => splits.map((mjd) => axis.text(mjd, step));
    return {
      ...this.size(),
      legend: { show: false },
      cursor: {
        points: { show: false },
        drag: { x: true, y: true, uni: 30, setScale: false },
        bind: { dblclick: () => () => this.look(null) },
      },
      scales: { x: { time: false }, y: { dir: -1, range: () => this.mags ?? this.heights() } },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        { label: axis.label, values: times, stroke: ink, grid: line, ticks: line, space: this.view.axis === "utc" ? 90 : 60 },
        { label: "magnitude [mag]", stroke: ink, grid: line, ticks: line },
      ],
      hooks: {
        draw: [(plot) => this.draw(plot)],
        setCursor: [(plot) => this.told.hover(this.nearest(plot.cursor.left, plot.cursor.top))],
        setScale: [() => this.told.moved()],
        setSelect: [(plot) => this.zoom(plot)],
      },
    };
  }

  size() {
    return { width: this.place.clientWidth, height: Math.max(300, Math.min(560, window.innerHeight * 0.6)) };
  }

  // Two invisible points that span all others: uPlot scales its time axis by them.
  corners() {
    const shown = this.shown();
    let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const index of shown) {
      const bar = Math.max(0, this.points.err[index]);
      x0 = Math.min(x0, this.points.mjd[index]);
      x1 = Math.max(x1, this.points.mjd[index]);
      y0 = Math.min(y0, this.points.mag[index] - bar);
      y1 = Math.max(y1, this.points.mag[index] + bar);
    }
    if (!shown.length) return [[0, 1], [0, 1]];
    const pad = (x1 - x0) * 0.02 || 0.5;
    return [[x0 - pad, x1 + pad], [y0, y1]];
  }

  // Return the indices of the points that are not filtered out.
  shown() {
    const mine = this.view.mine;
    const all = Array.from(this.points.mjd.keys());
    return mine ? all.filter((index) => this.points.about(index).observer === mine) : all;
  }

  regroup() {
    Object.assign(this, this.points.groups(this.view.kind));
    this.plot.redraw(false);
  }

  // Return the first and last time in the window.
  window() {
    const [min, max] = this.plot ? this.plot.data[0] : this.corners()[0];
    return this.time ?? { min, max };
  }

  // Show a span of time, or all; the magnitudes follow unless some are chosen too.
  look(time, mags = null) {
    Object.assign(this, { time, mags });
    this.plot.setScale("x", this.window());
  }

  // Show what was drawn around; a stripe chooses times or magnitudes alone.
  zoom(plot) {
    const { left, top, width, height } = plot.select;
    if (!width || !height) return;
    const [min, max] = [left, left + width].map((at) => plot.posToVal(at, "x"));
    const mags = [top, top + height].map((at) => plot.posToVal(at, "y"));
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.look(width < plot.over.clientWidth ? { min, max } : this.time, height < plot.over.clientHeight ? mags : null);
  }

  // Return the magnitudes that hold the points in the window and their bars, faintest last.
  heights() {
    const { min, max } = this.window();
    let [top, bottom] = [Infinity, -Infinity];
    for (const index of this.between(min, max)) {
      const bar = Math.max(0, this.points.err[index]);
      top = Math.min(top, this.points.mag[index] - bar);
      bottom = Math.max(bottom, this.points.mag[index] + bar);
    }
    if (top > bottom) [top, bottom] = this.corners()[1];
    const pad = (bottom - top) * 0.06 || 0.5;
    return [top - pad, bottom + pad];
  }

  // Draw the points as they are now, in the same window; where that was all, in all.
  reload() {
    this.plot.setData(this.corners(), false);
    this.look(this.time, this.mags);
    this.regroup();
  }

  draw(plot) {
    const started = performance.now();
    const pen = plot.ctx;
    const { left, top, width, height } = plot.bbox;
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width, height);
    pen.clip();
    const visible = this.visible();
    this.groups.forEach((group, place) => {
      const faint = this.view.group && this.view.group !== group.name;
      pen.globalAlpha = faint ? FAINT : 1;
      this.drawGroup(plot, group, visible.filter((index) => this.of[this.points.look[index]] === place));
    });
    pen.restore();
    this.told.drawn(performance.now() - started, visible.length, plot.scales.y);
  }

  drawGroup(plot, { colour, shape }, indices) {
    const pen = plot.ctx;
    const scale = devicePixelRatio;
    const x = linear(plot, "x");
    const y = linear(plot, "y");
    const stamps = [sprite(colour, shape, scale), sprite(colour, "limit", scale)];
    const half = stamps[0].width / 2;
    pen.strokeStyle = colour;
    pen.lineWidth = scale;
    pen.beginPath();
    for (const index of indices) {
      const bar = this.points.err[index];
      if (bar <= 0) continue;
      const at = x(this.points.mjd[index]);
      pen.moveTo(at, y(this.points.mag[index] - bar));
      pen.lineTo(at, y(this.points.mag[index] + bar));
    }
    pen.stroke();
    for (const index of indices) {
      const stamp = stamps[this.points.isLimit(index) ? 1 : 0];
      pen.drawImage(stamp, x(this.points.mjd[index]) - half, y(this.points.mag[index]) - half);
    }
  }

  // Return the indices of the points in the window, by time.
  visible() {
    const { x, y } = this.plot.scales;
    return this.between(x.min, x.max).filter((index) => this.points.mag[index] >= y.min && this.points.mag[index] <= y.max);
  }

  // Return the indices of the points of a span of time that are not filtered out.
  between(min, max) {
    const mine = this.view.mine;
    const past = this.points.from(max + 1e-9);
    const found = [];
    for (let index = this.points.from(min); index < past; index++) {
      if (!mine || this.points.about(index).observer === mine) found.push(index);
    }
    return found;
  }

  nearest(left, top) {
    if (left < 0) return -1;
    const plot = this.plot;
    const low = this.points.from(plot.posToVal(left - NEAR, "x"));
    const high = this.points.from(plot.posToVal(left + NEAR, "x"));
    let [best, closest] = [-1, NEAR * NEAR];
    for (let index = low; index < high; index++) {
      const dx = plot.valToPos(this.points.mjd[index], "x") - left;
      const dy = plot.valToPos(this.points.mag[index], "y") - top;
      if (dx * dx + dy * dy < closest) [best, closest] = [index, dx * dx + dy * dy];
    }
    return best;
  }

  // Zoom by a factor about a place (0 to 1), or pan by a part of the window.
  move(factor, about, pan) {
    const { min, max } = this.window();
    const middle = min + (max - min) * about;
    const shift = (max - min) * pan;
    this.look({ min: middle - (middle - min) * factor + shift, max: middle + (max - middle) * factor + shift });
  }

  rebuild() {
    this.plot.destroy();
    this.plot = new uPlot(this.options(), this.corners(), this.place);
    this.look(this.time, this.mags);
  }
}

// Return a function from a value to a canvas pixel: what valToPos does, once for all.
function linear(plot, scale) {
  const { min, max } = plot.scales[scale];
  const start = plot.valToPos(min, scale, true);
  const slope = (plot.valToPos(max, scale, true) - start) / (max - min);
  return (value) => start + (value - min) * slope;
}
