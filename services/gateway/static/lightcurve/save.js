// Saves what is in the window: as a picture, as a drawing, as a table.
import { AXES, SHAPES, digits } from "./axes.js";

const LEGEND = 150;
const TITLE = 34;

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

// Round values that part a span into five to ten.
function ticks(min, max) {
  const rough = (max - min) / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  const first = Math.ceil(min / step);
  return Array.from({ length: Math.floor(max / step) - first + 1 }, (_, place) => [(first + place) * step, step]);
}

// Save the window on white paper, whatever the page looks like.
export async function asPicture(chart, name) {
  chart.ink = { ink: "#222", line: "#ddd" };
  chart.rebuild();
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const sheet = pictured(chart, name);
  chart.ink = null;
  chart.rebuild();
  sheet.toBlob((content) => save(`${name}.png`, content));
}

function pictured(chart, name) {
  const drawn = chart.plot.ctx.canvas;
  const scale = devicePixelRatio;
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [drawn.width + LEGEND * scale, drawn.height + TITLE * scale];
  const pen = sheet.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(drawn, 0, TITLE * scale);
  pen.scale(scale, scale);
  pen.fillStyle = "#222";
  pen.font = "16px sans-serif";
  pen.fillText(name, 70, 22);
  pen.font = "13px sans-serif";
  shownGroups(chart).forEach(({ name: group, colour, shape }, place) => {
    const [x, y] = [drawn.width / scale + 12, TITLE + 20 + 20 * place];
    pen.fillStyle = "#222";
    pen.fillText(group, x + 12, y + 4);
    pen.save();
    pen.translate(x, y);
    pen.scale(5, 5);
    pen.fillStyle = colour;
    pen.fill(new Path2D(SHAPES[shape]));
    pen.restore();
  });
  return sheet;
}

function shownGroups(chart) {
  return chart.scene.groups.filter(({ name }) => !chart.view.hidden.has(name));
}

// Save the stored points of the window, each once, as they are: no offset, no bin, no dry run.
export function asTable(chart, name) {
  const { points, scene } = chart;
  const shown = [...new Set(chart.visible().map((place) => scene.source[place]))].filter((index) => !points.isGhost(index));
  const lines = shown.map((index) => {
    const { survey, band, mode, observatory } = points.about(index);
    const who = `"${observatory.replaceAll('"', '""')}"`;
    const comment = `"${points.comment[index].replaceAll('"', '""')}"`;
    return [points.id[index], points.mjd[index], points.exposure[index], points.at(index).mag, points.at(index).err, survey, band, mode, who, comment].join(",");
  });
  const text = ["id,mjd,exposure_time,mag,total_err,survey,band,mode,observatory,comment", ...lines, ""].join("\n");
  save(`${name}.csv`, new Blob([text], { type: "text/csv" }));
}

export function asDrawing(chart, name) {
  save(`${name}.svg`, drawing(chart, name));
}

// Draw all points of a group: their bars in one path, their marks on two lines that are not seen.
function drawnGroup(chart, group, number, places) {
  const { plot, scene } = chart;
  const own = places.filter((place) => scene.group[place] === number && !chart.points.isGhost(scene.source[place]));
  const x = (place) => round(plot.valToPos(scene.x[place], "x"));
  const y = (value) => round(plot.valToPos(value, "y"));
  const bars = own.filter((place) => scene.err[place] > 0).map((place) => `M${x(place)} ${y(scene.y[place] - scene.err[place])}V${y(scene.y[place] + scene.err[place])}`);
  const at = (place) => `${x(place)} ${y(scene.y[place])}`;
  const marked = (some, kind) => (some.length ? `<path d="M${some.map(at).join("L")}" class="points" marker-start="url(#${kind}${number})" marker-mid="url(#${kind}${number})" marker-end="url(#${kind}${number})"/>` : "");
  const [limits, others] = [true, false].map((wanted) => own.filter((place) => scene.limit[place] === wanted));
  return `<path d="${bars.join("")}" stroke="${group.colour}" fill="none"/>${marked(others, "mark")}${marked(limits, "limit")}`;
}

function markers(group, place) {
  return [["mark", group.shape], ["limit", "limit"]].map(([kind, shape]) => `<marker id="${kind}${place}" viewBox="-1.1 -1.1 2.2 2.2" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse"><path d="${SHAPES[shape]}" fill="${group.colour}"/></marker>`).join("");
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function axes(chart, width, height) {
  const { plot, view } = chart;
  const { x, y } = plot.scales;
  const axis = AXES[view.axis];
  const below = ticks(x.min, x.max).map(([mjd, step]) => {
    const at = round(plot.valToPos(mjd, "x"));
    return `<path class="axis" d="M${at} ${height}v6"/><text x="${at}" y="${height + 20}" text-anchor="middle">${escaped(axis.text(mjd, step))}</text>`;
  });
  const beside = ticks(y.min, y.max).map(([mag, step]) => {
    const at = round(plot.valToPos(mag, "y"));
    return `<path class="axis" d="M0 ${at}h-6"/><text x="-9" y="${at + 4}" text-anchor="end">${mag.toFixed(digits(step))}</text>`;
  });
  const names = `<text x="${width / 2}" y="${height + 40}" text-anchor="middle">${escaped(axis.label)}</text><text transform="translate(-52 ${height / 2}) rotate(-90)" text-anchor="middle">${escaped(chart.scene.label)}</text>`;
  return [`<rect class="axis" width="${width}" height="${height}"/>`, ...below, ...beside, names];
}

// Return the window as an SVG fit for a paper: title, axes, legend.
function drawing(chart, name) {
  const [width, height] = [chart.plot.over.clientWidth, chart.plot.over.clientHeight];
  const { groups } = chart.scene;
  const shown = chart.visible();
  const legend = shownGroups(chart).map(({ name: group, colour, shape }, place) => `<path transform="translate(${width + 20} ${14 + 18 * place}) scale(4.5)" d="${SHAPES[shape]}" fill="${colour}"/><text x="${width + 30}" y="${18 + 18 * place}">${escaped(group)}</text>`);
  const text = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 70 + LEGEND}" height="${height + 90}" viewBox="-70 -36 ${width + 70 + LEGEND} ${height + 90}" font-family="sans-serif" font-size="12">`,
    `<rect x="-70" y="-36" width="100%" height="100%" fill="#fff"/><defs>${groups.map(markers).join("")}</defs><style>.axis{stroke:#444;fill:none}.points{fill:none;stroke:none}</style>`,
    `<text x="${width / 2}" y="-14" text-anchor="middle" font-size="15">${escaped(name)}</text>`,
    ...axes(chart, width, height),
    ...legend,
    ...groups.map((group, place) => drawnGroup(chart, group, place, shown)),
    "</svg>",
  ].join("\n");
  return new Blob([text], { type: "image/svg+xml" });
}
