// What a FITS header tells of an exposure: read here, the image stays at home.
const CARD = /^([A-Z][A-Z0-9_-]{0,7}) *= *('(?:[^']|'')*'|[-+.0-9EeDd]+|[TF]\b)/;
const HEAD = 400000;
const CLOCKS = ["TIME-OBS", "UT", "UTC-OBS", "UTSTART", "UT-START", "UTC"];
const JD = 2400000.5;
const UNIX_EPOCH = 40587;
const TDB = 69.184 / 86400; // TDB − UTC [d] since 2017
const LIGHT = 499.004784 / 86400; // an astronomical unit [d]
const RADIAN = Math.PI / 180;

// Return {mjd (mid-exposure, UTC), by (how), exposure [s], object, filter, solar, image, table, kind} as far as known.
export async function readHeader(file) {
  const cards = cardsOf(await head(file));
  const exposure = parseFloat(cards.EXPTIME ?? cards.EXPOSURE ?? cards.EXP_TIME) || 0;
  const half = exposure / 2 / 86400;
  const later = exposure ? " + half the exposure" : "";
  const times = [
    [parseFloat(cards["MJD-AVG"]), "MJD-AVG"],
    [parseFloat(cards["MJD-MID"]), "MJD-MID"],
    [dated(cards["DATE-AVG"]), "DATE-AVG"],
    [dated(began(cards)) + half, `DATE-OBS${later}`],
    [parseFloat(cards["MJD-OBS"]) + half, `MJD-OBS${later}`],
    [parseFloat(cards.JD) - JD, "JD, taken for mid-exposure"],
  ];
  const [mjd, by] = times.find(([time]) => time > 15020) ?? [];
  const filter = cards.FILTER || cards.FILTNAM || cards.INSFLNAM || cards.FILTER1 || cards.FILTERS || "";
  return { mjd, by, exposure, object: cards.OBJECT ?? "", filter: filter.slice(0, 40), solar: solar(cards), image: imageOf(cards), table: "TFIELDS" in cards && cards.ZIMAGE !== "T", kind: kindOf(cards) };
}

// Every 80 bytes are taken for a card, as the server does: in FITS_LDAC they stand in a table.
function cardsOf(bytes) {
  const text = new TextDecoder("latin1").decode(bytes);
  const cards = {};
  for (let place = 0; place < text.length; place += 80) {
    const found = CARD.exec(text.slice(place, place + 80));
    if (found) cards[found[1]] ??= found[2].replace(/^'|'$/g, "").trim();
  }
  return cards;
}

// Return the beginning of a file, of what is within gzip too.
async function head(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || typeof DecompressionStream === "undefined") return bytes;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    return (await reader.read()).value ?? bytes;
  } catch {
    return bytes;
  } finally {
    reader.cancel().catch(() => {});
  }
}

// Return {width, height, bayer, colour} of an image, null of a list: as far as the first headers tell.
function imageOf(cards) {
  const axis = (n) => parseInt(cards[`ZNAXIS${n}`] ?? cards[`NAXIS${n}`]) || 0;
  const packed = cards.ZIMAGE === "T";
  if (!packed && (!(axis(1) && axis(2)) || "TFIELDS" in cards)) return null;
  return { width: axis(1), height: axis(2), bayer: Boolean(cards.BAYERPAT) && axis(3) < 2, colour: axis(3) === 3 };
}

// Return flat, bias or dark of an image that is none of the sky, else nothing.
function kindOf(cards) {
  const told = (cards.IMAGETYP ?? cards.OBSTYPE ?? "").toLowerCase();
  return ["flat", "bias", "dark"].find((kind) => told.includes(kind)) ?? "";
}

function began(cards) {
  const date = cards["DATE-OBS"];
  const clock = CLOCKS.map((name) => cards[name]).find((text) => text?.includes(":"));
  return date && !date.includes("T") && clock ? `${date}T${clock}` : date;
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
