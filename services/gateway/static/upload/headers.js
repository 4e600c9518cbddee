// What a FITS header tells of an exposure: read here, the image stays at home.
const CARD = /\b(DATE-OBS|DATE-AVG|MJD-OBS|MJD-AVG|MJD-MID|JD|HJD|BJD|EXPTIME|EXPOSURE|OBJECT|FILTER|FILTNAM|INSFLNAM) *= *('[^']*'|[-+.0-9Ee]+)/g;
const HEAD = 400000;
const JD = 2400000.5;
const UNIX_EPOCH = 40587;

// Return {mjd (mid-exposure, UTC), exposure [s], object, filter, heliocentric} as far as known.
export async function readHeader(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const text = new TextDecoder("latin1").decode(bytes);
  const cards = {};
  for (const [, name, value] of text.matchAll(CARD)) cards[name.trim()] ??= value.replace(/^'|'$/g, "").trim();
  const exposure = parseFloat(cards.EXPTIME ?? cards.EXPOSURE) || 0;
  const half = exposure / 2 / 86400;
  const times = [
    parseFloat(cards["MJD-AVG"]),
    parseFloat(cards["MJD-MID"]),
    dated(cards["DATE-AVG"]),
    dated(cards["DATE-OBS"]) + half,
    parseFloat(cards["MJD-OBS"]) + half,
    parseFloat(cards.JD) - JD + half,
  ];
  return {
    mjd: times.find((mjd) => mjd > 15020),
    exposure,
    object: cards.OBJECT ?? "",
    filter: (cards.FILTER || cards.FILTNAM || cards.INSFLNAM || "").slice(0, 40),
    heliocentric: "HJD" in cards || "BJD" in cards,
  };
}

function dated(text) {
  return text?.includes("T") ? Date.parse(text.endsWith("Z") ? text : `${text}Z`) / 864e5 + UNIX_EPOCH : NaN;
}
