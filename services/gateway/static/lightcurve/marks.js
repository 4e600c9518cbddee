// Draws points on uPlot's canvas: marks as stamped sprites, error bars in one stroke a colour, rings.
import { SHAPES } from "./axes.js";

const SIZE = 9;

function sprite(colour, shape, scale, hollow = false) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil((SIZE + (hollow ? 5 : 2)) * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = pen.strokeStyle = colour;
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.scale((SIZE / 2) * scale, (SIZE / 2) * scale);
  pen.lineWidth = 0.4;
  if (hollow) pen.stroke(new Path2D(SHAPES[shape]));
  else pen.fill(new Path2D(SHAPES[shape]));
  return canvas;
}

export function drawGroup(plot, scene, { colour, shape }, places) {
  const pen = plot.ctx;
  const scale = devicePixelRatio;
  const { x: xs, y: ys, err, limit, source, points } = scene;
  const [x, y] = [linear(plot, "x"), linear(plot, "y")];
  pen.strokeStyle = colour;
  pen.lineWidth = scale;
  pen.beginPath();
  for (const place of places) {
    if (err[place] <= 0) continue;
    const at = x(xs[place]);
    pen.moveTo(at, y(ys[place] - err[place]));
    pen.lineTo(at, y(ys[place] + err[place]));
  }
  pen.stroke();
  const stamps = [false, true].flatMap((hollow) => [shape, "limit"].map((one) => sprite(colour, one, scale, hollow)));
  for (const place of places) {
    const stamp = stamps[(limit[place] ? 1 : 0) + (points.isGhost(source[place]) ? 2 : 0)];
    const half = stamp.width / 2;
    pen.drawImage(stamp, x(xs[place]) - half, y(ys[place]) - half);
  }
}

// Ring the points of some numbers.
export function drawRings(plot, scene, visible, numbers) {
  const pen = plot.ctx;
  const [x, y] = [linear(plot, "x"), linear(plot, "y")];
  pen.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
  pen.lineWidth = 2 * devicePixelRatio;
  for (const place of visible) {
    if (!numbers.has(scene.points.id[scene.source[place]])) continue;
    pen.beginPath();
    pen.arc(x(scene.x[place]), y(scene.y[place]), SIZE * devicePixelRatio, 0, 2 * Math.PI);
    pen.stroke();
  }
}

// Return a function from a value to a canvas pixel: what valToPos does, once for all.
function linear(plot, scale) {
  const { min, max } = plot.scales[scale];
  const start = plot.valToPos(min, scale, true);
  const slope = (plot.valToPos(max, scale, true) - start) / (max - min);
  return (value) => start + (value - min) * slope;
}
