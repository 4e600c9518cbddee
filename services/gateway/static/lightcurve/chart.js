// Draws a light curve: axes by uPlot, points as stamped sprites, error bars in one stroke a colour.
import uPlot from "../vendor/uPlot.esm.js";
import { AXES } from "./axes.js";
import { drawGroup, drawRings } from "./marks.js";

const FAINT = 0.12;
const NEAR = 14;
const RINGED = 8000;

export class Chart {
  // told: {hover(place in the scene or -1), moved(), drawn(time, count, scale)}; ink: colours instead of the page's
  constructor(place, scene, view, told) {
    Object.assign(this, { place, scene, view, told, time: null, heightsSet: null, lit: 0, fresh: new Map(), ink: null });
    this.plot = new uPlot(this.options(), this.corners(), place);
    this.emptied();
  }

  get points() {
    return this.scene.points;
  }

  options() {
    const style = getComputedStyle(document.documentElement);
    const { ink, line: grey } = this.ink ?? { ink: style.getPropertyValue("--ink").trim(), line: style.getPropertyValue("--line").trim() };
    const line = { stroke: grey, width: 1 };
    const axis = AXES[this.view.axis];
    const times = (_, splits, __, ___, step) => splits.map((x) => axis.text(x, step));
    return {
      ...this.size(),
      legend: { show: false },
      cursor: {
        points: { show: false },
        drag: { x: true, y: true, uni: 30, setScale: false },
        bind: { dblclick: () => () => this.look(null) },
      },
      scales: { x: { time: false }, y: { dir: this.view.scale === "flux" ? 1 : -1, range: () => this.heightsSet ?? this.heights() } },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        { label: axis.label, values: times, stroke: ink, grid: line, ticks: line, space: this.view.axis === "utc" ? 130 : 85 },
        { label: this.scene.label, stroke: ink, grid: line, ticks: line, size: 62 },
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

  // Two invisible points that span all others: uPlot scales its axis by them.
  corners() {
    const { x } = this.scene;
    if (!x.length) return [[0, 1], [0, 1]];
    if (this.view.axis === "phase") return [[0, 2], this.between(-Infinity, Infinity)];
    const [first, last] = [x[0], x[x.length - 1]];
    const pad = (last - first) * 0.02 || 0.5;
    return [[first - pad, last + pad], this.between(-Infinity, Infinity)];
  }

  // Return the lowest and highest value of points and bars in a span.
  between(min, max) {
    const { y, err } = this.scene;
    let [low, high] = [Infinity, -Infinity];
    const past = max === Infinity ? this.scene.length : this.scene.from(max + 1e-9);
    for (let place = this.scene.from(min); place < past; place++) {
      low = Math.min(low, y[place] - err[place]);
      high = Math.max(high, y[place] + err[place]);
    }
    return [low, high];
  }

  // Return the first and last time in the window.
  window() {
    const [min, max] = this.plot ? this.plot.data[0] : this.corners()[0];
    return this.time ?? { min, max };
  }

  // Show a span of time, or all; the magnitudes follow unless some are chosen too.
  look(time, heights = null) {
    Object.assign(this, { time, heightsSet: heights });
    this.plot.setScale("x", this.window());
  }

  // Show what was drawn around; a stripe chooses times or magnitudes alone.
  zoom(plot) {
    const { left, top, width, height } = plot.select;
    if (!width || !height) return;
    const [min, max] = [left, left + width].map((at) => plot.posToVal(at, "x"));
    const heights = [top, top + height].map((at) => plot.posToVal(at, "y")).sort((a, b) => a - b);
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.look(width < plot.over.clientWidth ? { min, max } : this.time, height < plot.over.clientHeight ? heights : null);
  }

  // Return the heights that hold the points in the window and their bars.
  heights() {
    const { min, max } = this.window();
    let [low, high] = this.between(min, max);
    if (low > high) [low, high] = this.between(-Infinity, Infinity);
    if (low > high) [low, high] = [0, 1];
    const pad = (high - low) * 0.06 || 0.5;
    return [low - pad, high + pad];
  }

  // Draw the points as they are now, in the same window; where that was all, in all.
  reload() {
    this.scene.refresh();
    this.plot.setData(this.corners(), false);
    this.look(this.time, this.heightsSet);
    this.plot.redraw(false);
    this.emptied();
  }

  // Without a point there is a sentence instead of axes.
  emptied() {
    const empty = !this.scene.points.length;
    this.place.classList.toggle("empty", empty);
    const sentence = this.place.querySelector(".drop");
    if (sentence) sentence.hidden = !empty;
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
    const { groups, group } = this.scene;
    const parts = groups.map(() => []);
    for (const place of visible) parts[group[place]].push(place);
    groups.forEach((one, number) => {
      pen.globalAlpha = this.view.group && this.view.group !== one.name ? FAINT : 1;
      if (parts[number].length) drawGroup(plot, this.scene, one, parts[number]);
    });
    pen.globalAlpha = 1;
    for (const [id, since] of this.fresh) if (performance.now() - since > RINGED) this.fresh.delete(id);
    drawRings(plot, this.scene, visible, new Set([this.lit, ...this.fresh.keys()]));
    pen.restore();
    this.told.drawn(performance.now() - started, visible.length, plot.scales.y);
  }

  // Ring a point for some seconds.
  ring(id) {
    this.fresh.set(id, performance.now());
    setTimeout(() => this.plot.redraw(false), RINGED + 100);
  }

  light(id) {
    if (id === this.lit) return;
    this.lit = id;
    this.plot.redraw(false);
  }

  // Return the places of the points in the window, by x.
  visible() {
    const { x, y } = this.plot.scales;
    const [first, past] = [this.scene.from(x.min), this.scene.from(x.max + 1e-9)];
    const found = [];
    for (let place = first; place < past; place++) if (this.scene.y[place] >= y.min && this.scene.y[place] <= y.max) found.push(place);
    return found;
  }

  nearest(left, top) {
    if (left < 0) return -1;
    const { plot, scene } = this;
    const [low, high] = [scene.from(plot.posToVal(left - NEAR, "x")), scene.from(plot.posToVal(left + NEAR, "x"))];
    let [best, closest] = [-1, NEAR * NEAR];
    for (let place = low; place < high; place++) {
      const dx = plot.valToPos(scene.x[place], "x") - left;
      const dy = plot.valToPos(scene.y[place], "y") - top;
      if (dx * dx + dy * dy < closest) [best, closest] = [place, dx * dx + dy * dy];
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

  // Build the plot anew: its axes or colours have changed.
  rebuild() {
    this.scene.refresh();
    this.plot.destroy();
    this.plot = new uPlot(this.options(), this.corners(), this.place);
    this.look(this.time, this.heightsSet);
  }
}
