// What a FITS header tells of an exposure: read here, the image stays at home.
const CARD = /^([A-Z][A-Z0-9_-]{0,7}) *= *('(?:[^']|'')*'|[-+.0-9EeDd]+|[TF]\b)/;
const HEAD = 400000;
const STACKED = ["NCOMBINE", "STACKCNT", "NSTACK", "NIMAGES", "STACKED"];
const AHEAD = { TT: 69.184, TDB: 69.184, TAI: 37 }; // of UTC since 2017 [s]
const WRITTEN = /^(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?(?:Z|[+]00:?00)?$/;
const CLOCKS = ["TIME-OBS", "UT", "UTC-OBS", "UTSTART", "UT-START", "UTC"];
const JD = 2400000.5;
const UNIX_EPOCH = 40587;
const TDB = 69.184 / 86400; // TDB − UTC [d] since 2017
const LIGHT = 499.004784 / 86400; // an astronomical unit [d]
const RADIAN = Math.PI / 180;

// Return {mjd (mid-exposure, UTC), by (how), exposure [s], object, filter, solar, image, table, kind} as far as known.
export async function readHeader(file) {
  const cards = cardsOf(await head(file));
  const exposure = number(cards.EXPTIME ?? cards.EXPOSURE ?? cards.EXP_TIME) || 0;
  const half = exposure / 2 / 86400;
  const later = exposure ? " + half the exposure" : "";
  const ahead = (AHEAD[cards.TIMESYS?.toUpperCase()] ?? 0) / 86400;
  const start = [dated(began(cards)), dated(cards["DATE-BEG"]), number(cards["MJD-OBS"]), number(cards["MJD-BEG"])].find((time) => time > 15020);
  const end = dated(cards["DATE-END"]) || number(cards["MJD-END"]);
  const stacked = STACKED.some((name) => number(cards[name]) > 1) && start < end && end < start + 1;
  const times = [
    [number(cards["MJD-AVG"]), "MJD-AVG"],
    [number(cards["MJD-MID"]), "MJD-MID"],
    [dated(cards["DATE-AVG"]), "DATE-AVG"],
    [stacked ? (start + end) / 2 : NaN, "beginning and end of the stack"],
    [start + half, `${startName(cards)}${later}`],
    [number(cards.JD) - JD, "JD, taken for mid-exposure"],
  ].map(([time, name]) => [time - ahead, ahead ? `${name}, ${cards.TIMESYS}` : name]);
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
  const [day, time] = (date ?? "").split("T");
  const clock = CLOCKS.map((name) => cards[name]).find((text) => text?.includes(":"));
  return date && clock && !/[1-9]/.test(time ?? "") ? `${day.trim()}T${clock}` : date;
}

function startName(cards) {
  if (dated(began(cards)) > 15020) return "DATE-OBS";
  return ["DATE-BEG", "MJD-OBS", "MJD-BEG"].find((name) => name in cards) ?? "";
}

const number = (text) => parseFloat(text?.replace(/[dD]/, "e"));

function dated(text) {
  const found = WRITTEN.exec(text?.trim() ?? "");
  if (!found) return NaN;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => parseFloat(part ?? "0"));
  return Date.UTC(year, month - 1, day) / 864e5 + UNIX_EPOCH + (3600 * hour + 60 * minute + second) / 86400;
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
