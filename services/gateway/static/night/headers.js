// What a FITS header tells of an exposure: read here, the image stays at home.
const CARD = /\b(DATE-OBS|DATE-AVG|MJD-OBS|MJD-AVG|MJD-MID|JD|HJD|HELJD|BJD|BJD_TDB|EXPTIME|EXPOSURE|OBJECT|FILTER|FILTNAM|INSFLNAM) *= *('[^']*'|[-+.0-9Ee]+)/g;
const HEAD = 400000;
const JD = 2400000.5;
const UNIX_EPOCH = 40587;
const TDB = 69.184 / 86400; // TDB − UTC [d] since 2017
const LIGHT = 499.004784 / 86400; // an astronomical unit [d]
const RADIAN = Math.PI / 180;

// Return {mjd (mid-exposure, UTC), by (how), exposure [s], object, filter, solar} as far as known.
export async function readHeader(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const text = new TextDecoder("latin1").decode(bytes);
  const cards = {};
  for (const [, name, value] of text.matchAll(CARD)) cards[name.trim()] ??= value.replace(/^'|'$/g, "").trim();
  const exposure = parseFloat(cards.EXPTIME ?? cards.EXPOSURE) || 0;
  const half = exposure / 2 / 86400;
  const later = exposure ? " + half the exposure" : "";
  const times = [
    [parseFloat(cards["MJD-AVG"]), "MJD-AVG"],
    [parseFloat(cards["MJD-MID"]), "MJD-MID"],
    [dated(cards["DATE-AVG"]), "DATE-AVG"],
    [dated(cards["DATE-OBS"]) + half, `DATE-OBS${later}`],
    [parseFloat(cards["MJD-OBS"]) + half, `MJD-OBS${later}`],
    [parseFloat(cards.JD) - JD + half, `JD${later}`],
  ];
  const [mjd, by] = times.find(([time]) => time > 15020) ?? [];
  return { mjd, by, exposure, object: cards.OBJECT ?? "", filter: (cards.FILTER || cards.FILTNAM || cards.INSFLNAM || "").slice(0, 40), solar: solar(cards) };
}

function dated(text) {
  return text?.includes("T") ? Date.parse(text.endsWith("Z") ? text : `${text}Z`) / 864e5 + UNIX_EPOCH : NaN;
}

// A time as at the Sun or the barycentre, of mid-exposure: {mjd, name, tdb}.
function solar(cards) {
  const name = ["HJD", "HELJD", "BJD", "BJD_TDB"].find((one) => one in cards);
  if (!name) return null;
  const written = parseFloat(cards[name]);
  return { mjd: written > JD ? written - JD : written, name, tdb: name.startsWith("BJD") };
}

// Return the time at the telescope [MJD, UTC] of a time at the Sun, for a place on the sky [deg].
// Sun by the low-precision formulae of the Astronomical Almanac, page C5: good to 0.2 s here.
export function atTelescope({ mjd, tdb }, { ra, dec }) {
  const days = mjd - 51544.5;
  const anomaly = (357.528 + 0.9856003 * days) * RADIAN;
  const longitude = (280.46 + 0.9856474 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * RADIAN;
  const distance = 1.00014 - 0.01671 * Math.cos(anomaly) - 0.00014 * Math.cos(2 * anomaly);
  const tilt = 23.439 * RADIAN;
  const sun = [Math.cos(longitude), Math.cos(tilt) * Math.sin(longitude), Math.sin(tilt) * Math.sin(longitude)];
  const [a, d] = [ra * RADIAN, dec * RADIAN];
  const star = [Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)];
  const ahead = sun.reduce((sum, part, axis) => sum + part * star[axis], 0);
  return mjd + LIGHT * distance * ahead - (tdb ? TDB : 0);
}
