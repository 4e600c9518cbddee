// What of the points is shown, and where: filtered, shifted, folded, binned, as magnitude or flux.
const NIGHT = 0.3; // a longer pause [d] parts two nights
const FLUX_ERROR = 0.4 * Math.LN10;

export class Scene {
  // view: {kind, mine, hidden (names), axis, period, scale, bin, offsets (by name)}
  constructor(points, view) {
    Object.assign(this, { points, view });
    this.refresh();
  }

  // Make equally long columns anew, by x: x, y, err, group, source (index of a point), many (points in a bin).
  refresh() {
    Object.assign(this, this.points.groups(this.view.kind));
    let rows = this.chosen();
    if (this.view.bin) rows = binned(rows);
    if (this.view.axis === "phase") rows = this.view.period > 0 ? this.folded(rows) : [];
    this.zero = this.view.scale === "flux" ? middle(rows.map(({ y }) => y)) : null;
    if (this.zero !== null) rows = rows.map((row) => asFlux(row, this.zero));
    for (const name of ["x", "y", "err"]) this[name] = Float64Array.from(rows, (row) => row[name]);
    for (const name of ["group", "source", "many"]) this[name] = rows.map((row) => row[name]);
    this.limit = rows.map((row) => row.limit);
  }

  get length() {
    return this.x.length;
  }

  // Return the rows of the points that are not filtered out, by time.
  chosen() {
    const { points, view, of, groups } = this;
    const shifts = groups.map(({ name }) => view.offsets[name] ?? 0);
    const away = groups.map(({ name }) => view.hidden.has(name));
    const rows = [];
    for (let source = 0; source < points.length; source++) {
      const group = of[points.look[source]];
      if (away[group] || (view.mine && points.about(source).observer !== view.mine)) continue;
      const measured = points.at(source);
      if (!measured) continue;
      rows.push({ x: points.mjd[source], y: measured.mag + shifts[group], err: Math.max(0, measured.err), limit: points.isLimit(source), group, source, many: 1 });
    }
    return rows;
  }

  // Fold by the period, twice side by side; phase 0 is the first point of all.
  folded(rows) {
    const [first, period] = [this.points.mjd[0] ?? 0, this.view.period];
    const once = rows.map((row) => ({ ...row, x: (((row.x - first) / period) % 1 + 1) % 1 }));
    once.sort((a, b) => a.x - b.x);
    return [...once, ...once.map((row) => ({ ...row, x: row.x + 1 }))];
  }

  // Return the first place whose x is not before a value.
  from(value) {
    let [low, high] = [0, this.length];
    while (low < high) {
      const half = (low + high) >> 1;
      if (this.x[half] < value) low = half + 1;
      else high = half;
    }
    return low;
  }

  get label() {
    return this.zero === null ? "magnitude [mag]" : `flux (1 at ${this.zero.toFixed(1)} mag)`;
  }
}

function middle(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted.length ? Math.round(sorted[sorted.length >> 1] * 10) / 10 : 0;
}

function asFlux(row, zero) {
  const y = 10 ** (-0.4 * (row.y - zero));
  return { ...row, y, err: FLUX_ERROR * y * row.err };
}

// One weighted mean for each group and night; limits stay out where something was seen.
function binned(rows) {
  const open = new Map();
  const bins = [];
  for (const row of rows) {
    const key = `${row.group} ${row.limit}`;
    const bin = open.get(key);
    if (bin && row.x - bin.at(-1).x < NIGHT) bin.push(row);
    else bins.push((open.set(key, [row]), open.get(key)));
  }
  return bins.map(meanOf).sort((a, b) => a.x - b.x);
}

function meanOf(rows) {
  if (rows.length === 1) return rows[0];
  const weights = rows.map(({ err }) => 1 / Math.max(err, 1e-3) ** 2);
  const sum = weights.reduce((a, b) => a + b);
  const mean = (name) => rows.reduce((total, row, place) => total + weights[place] * row[name], 0) / sum;
  const y = mean("y");
  const scatter = Math.sqrt(rows.reduce((total, row, place) => total + weights[place] * (row.y - y) ** 2, 0) / sum / (rows.length - 1));
  return { ...rows[0], x: mean("x"), y, err: rows[0].limit ? 0 : Math.max(1 / Math.sqrt(sum), scatter), many: rows.length };
}
