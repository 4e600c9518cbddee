// Point at a star in one panel, or in the table, and see it in all.
const all = document.querySelectorAll("[data-star]");
const byStar = new Map();
for (const one of all) byStar.set(one.dataset.star, [...(byStar.get(one.dataset.star) ?? []), one]);

function light(event, on) {
  const star = event.target.closest("[data-star]")?.dataset.star;
  for (const one of byStar.get(star) ?? []) one.classList.toggle("lit", on);
}

document.addEventListener("pointerover", (event) => light(event, true));
document.addEventListener("pointerout", (event) => light(event, false));
document.addEventListener("focusin", (event) => light(event, true));
document.addEventListener("focusout", (event) => light(event, false));
