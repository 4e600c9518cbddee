// The points of a light curve, and how they fall into coloured groups.

// Okabe & Ito (2008): eight colours that colour-blind people tell apart.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#8c564b", "#7f7f7f"];
const BANDS = ["V", "r", "g", "i", "B", "G", "R", "I", "z", "u", "BP", "RP", "J", "H", "K"];

const KINDS = {
  band: (one) => one.band,
  observer: (one) => one.observatory,
  survey: (one) => one.survey,
  mode: (one) => one.mode,
};

function parted(label) {
  const [survey, band, mode, observer, ...observatory] = label.split("/");
  return { survey, band, mode, observer: Number(observer), observatory: observatory.join("/") };
}

export class Points {
  constructor(columns) {
    Object.assign(this, columns);
    this.labels = columns.label.map(parted);
  }

  get length() {
    return this.mjd.length;
  }

  about(index) {
    return this.labels[this.look[index]];
  }

  isLimit(index) {
    return this.err[index] < 0;
  }

  // Put a point in its place in time; a newer revision replaces the old one.
  put(point) {
    this.drop(point.id);
    const label = [point.survey, point.band, point.mode, point.observer ?? 0, point.observatory].join("/");
    let look = this.label.indexOf(label);
    if (look < 0) {
      look = this.label.push(label) - 1;
      this.labels.push(parted(label));
    }
    let place = this.mjd.findIndex((mjd) => mjd > point.mjd);
    if (place < 0) place = this.length;
    const row = { id: point.id, mjd: point.mjd, mag: point.mag, err: point.total_err, look, calibration: point.calibration };
    for (const [name, value] of Object.entries(row)) this[name].splice(place, 0, value);
  }

  drop(id) {
    const place = this.id.indexOf(id);
    if (place >= 0) for (const name of ["id", "mjd", "mag", "err", "look", "calibration"]) this[name].splice(place, 1);
  }

  // Return the groups [{name, colour, count}] and the group of each label.
  groups(kind) {
    const names = this.labels.map(KINDS[kind]);
    const counts = new Map();
    for (const look of this.look) counts.set(names[look], (counts.get(names[look]) ?? 0) + 1);
    const ordered = [...counts.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
    const groups = ordered.map((name, place) => ({ name, colour: COLOURS[colourOf(name, place, kind)], count: counts.get(name) }));
    return { groups, of: names.map((name) => ordered.indexOf(name)) };
  }

  // Return the first index whose time is not before mjd.
  from(mjd) {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.mjd[middle] < mjd) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function rank(name) {
  const place = BANDS.indexOf(name);
  return place < 0 ? BANDS.length : place;
}

// A band has the same colour on every page; other groups take them in turn.
function colourOf(name, place, kind) {
  return (kind === "band" && BANDS.includes(name) ? rank(name) : place) % COLOURS.length;
}
