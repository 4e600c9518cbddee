// The upload page: one catalogue by the form, or a whole night below it.
import { readHeader } from "./headers.js";
import { Night } from "./night.js";
import { droppable, wire } from "./zone.js";

const zone = document.getElementById("night");
const form = document.getElementById("upload");

const night = wire(zone, (shared) => new Night(zone, {
  target: zone.dataset.target,
  fields: () => ({ ...shared(), colour: form.elements.colour.value, used_filter: form.elements.usedFilter.value }),
  told: {},
}));

droppable(zone, (files) => night.take(files));
document.getElementById("night-files").addEventListener("change", (event) => night.take(event.target.files));
night.recall();

form.elements.sexCat.addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  const known = await readHeader(file);
  const given = form.elements;
  if (known.mjd && !given.MJD.value) given.MJD.value = known.mjd.toFixed(6);
  if (known.filter && !given.usedFilter.value) given.usedFilter.value = known.filter;
  if (known.exposure && given.expTime.value === "0") given.expTime.value = known.exposure;
});
