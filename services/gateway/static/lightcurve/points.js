// The points of a light curve, and how they fall into coloured groups.

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
  // palette: {colours (of other groups), bands: {name: [colour, shape]} by wavelength, other}
  constructor(columns, palette) {
    Object.assign(this, columns, { palette, ghosts: 0, network: null });
    this.labels = columns.label.map(parted);
  }

  get length() {
    return this.mjd.length;
  }

  // How many are stored: all but the dry runs.
  get stored() {
    return this.id.reduce((count, id) => count + (id > 0), 0);
  }

  about(index) {
    return this.labels[this.look[index]];
  }

  // Take every magnitude from one network of telescopes, by number {mag, err}; null: as calibrated.
  wear(network) {
    this.network = network;
  }

  // Return a point's {mag, err}; nothing where it has none in the network.
  at(index) {
    return this.network ? this.network.get(this.id[index]) : { mag: this.mag[index], err: this.err[index] };
  }

  // A dry run has a number below zero.
  isGhost(index) {
    return this.id[index] < 0;
  }

  // Put a dry run among the points; return its number.
  haunt(point) {
    this.ghosts += 1;
    this.put({ ...point, id: -this.ghosts });
    return -this.ghosts;
  }

  isLimit(index) {
    return (this.at(index)?.err ?? 0) < 0;
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
    const row = { id: point.id, mjd: point.mjd, mag: point.mag, err: point.total_err, look, calibration: point.calibration, exposure: point.exposure_time, comment: point.comment };
    for (const [name, value] of Object.entries(row)) this[name].splice(place, 0, value);
  }

  drop(id) {
    const place = this.id.indexOf(id);
    if (place >= 0) for (const name of ["id", "mjd", "mag", "err", "look", "calibration", "exposure", "comment"]) this[name].splice(place, 1);
  }

  // Return the groups [{name, colour, shape, count}] and the group of each label.
  groups(kind) {
    const names = this.labels.map(KINDS[kind]);
    const counts = new Map();
    for (const look of this.look) counts.set(names[look], (counts.get(names[look]) ?? 0) + 1);
    const ordered = [...counts.keys()].sort((a, b) => this.rank(a) - this.rank(b) || (a < b ? -1 : 1));
    const groups = ordered.map((name, place) => ({ name, ...this.looks(name, place, kind), count: counts.get(name) }));
    return { groups, of: names.map((name) => ordered.indexOf(name)) };
  }

  rank(name) {
    const bands = Object.keys(this.palette.bands);
    const place = bands.indexOf(name);
    return place < 0 ? bands.length : place;
  }

  // A band looks the same on every page; other groups take colours in turn.
  looks(name, place, kind) {
    const { colours, bands, other } = this.palette;
    const [colour, shape] = kind === "band" ? (bands[name] ?? other) : [colours[place % colours.length], "circle"];
    return { colour, shape };
  }
}
