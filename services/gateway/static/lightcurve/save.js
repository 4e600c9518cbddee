// Saves what is in the window: as a picture, as a drawing, as a table.
import { AXES, SHAPES } from "./chart.js";

function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function escaped(text) {
  return String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export function asPicture(chart, name) {
  const drawn = chart.plot.ctx.canvas;
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [drawn.width, drawn.height];
  const pen = sheet.getContext("2d");
  pen.fillStyle = getComputedStyle(document.body).backgroundColor;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(drawn, 0, 0);
  sheet.toBlob((content) => save(`${name}.png`, content));
}

export function asTable(chart, name) {
  const { points } = chart;
  const lines = chart.visible().map((index) => {
    const { survey, band, mode, observatory } = points.about(index);
    const who = `"${observatory.replaceAll('"', '""')}"`;
    const comment = `"${points.comment[index].replaceAll('"', '""')}"`;
    return [points.id[index], points.mjd[index], points.exposure[index], points.mag[index], points.err[index], survey, band, mode, who, comment].join(",");
  });
  const text = ["id,mjd,exposure_time,mag,total_err,survey,band,mode,observatory,comment", ...lines, ""].join("\n");
  save(`${name}.csv`, new Blob([text], { type: "text/csv" }));
}

export function asDrawing(chart, name) {
  const { plot, points, view } = chart;
  const [width, height] = [plot.over.clientWidth, plot.over.clientHeight];
  const marks = chart.visible().map((index) => {
    const x = plot.valToPos(points.mjd[index], "x");
    const [y, bar] = [plot.valToPos(points.mag[index], "y"), points.err[index]];
    const { colour, shape } = chart.groups[chart.of[points.look[index]]];
    const mark = `<path transform="translate(${x} ${y}) scale(3.5)" d="${SHAPES[bar < 0 ? "limit" : shape]}" fill="${colour}"/>`;
    if (bar < 0) return mark;
    const [low, high] = [-bar, bar].map((step) => plot.valToPos(points.mag[index] + step, "y"));
    return `<path d="M${x} ${low}V${high}" stroke="${colour}"/>${mark}`;
  });
  const { x, y } = plot.scales;
  const axis = AXES[view.axis];
  const text = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-60 -10 ${width + 80} ${height + 60}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="none" stroke="#888"/>`,
    `<text y="${height + 18}">${escaped(axis.text(x.min, 0.1))}</text><text x="${width}" y="${height + 18}" text-anchor="end">${escaped(axis.text(x.max, 0.1))}</text>`,
    `<text x="${width / 2}" y="${height + 38}" text-anchor="middle">${escaped(axis.label)}</text>`,
    `<text x="-6" y="12" text-anchor="end">${y.min.toFixed(2)}</text><text x="-6" y="${height}" text-anchor="end">${y.max.toFixed(2)}</text>`,
    ...marks,
    "</svg>",
  ].join("\n");
  save(`${name}.svg`, new Blob([text], { type: "image/svg+xml" }));
}
