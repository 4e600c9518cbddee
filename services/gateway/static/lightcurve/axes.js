// The axes of a light curve, and how their ticks are written.
const JD = 2400000.5;
export const UNIX_EPOCH = 40587;

export const AXES = {
  mjd: { label: "MJD [d]", text: (mjd, step) => mjd.toFixed(digits(step)) },
  jd: { label: "JD [d]", text: (mjd, step) => (mjd + JD).toFixed(digits(step)) },
  utc: { label: "UTC", text: utc },
  ago: { label: "days ago", text: (mjd, step) => (Date.now() / 864e5 + UNIX_EPOCH - mjd).toFixed(digits(step)) },
  phase: { label: "phase", text: (phase, step) => phase.toFixed(digits(step)) },
};

export function digits(step) {
  for (let count = 0; count < 6; count++) {
    const scaled = step * 10 ** count;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return count;
  }
  return 6;
}

// Return a date, with the time of day where ticks are closer than a day; always with its year.
export function utc(mjd, step) {
  const text = new Date(Math.round((mjd - UNIX_EPOCH) * 1440) * 6e4).toISOString();
  return step >= 1 ? text.slice(0, 10) : text.slice(0, 16).replace("T", " ");
}

// The outline of each mark, of half a size about 0 0.
export const SHAPES = {
  circle: "M-.8 0a.8 .8 0 1 0 1.6 0a.8 .8 0 1 0 -1.6 0z",
  square: "M-.75 -.75h1.5v1.5h-1.5z",
  diamond: "M0 -1l1 1l-1 1l-1 -1z",
  cross: "M-.3 -1h.6v.7h.7v.6h-.7v.7h-.6v-.7h-.7v-.6h.7z",
  limit: "M-1 -1h2l-1 2z",
};
