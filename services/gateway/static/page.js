// What every page has: buttons that copy, forms that ask first, menus that close, a word at the bottom.

export function toast(text, label = "", act = null) {
  document.querySelector(".toast")?.remove();
  const place = document.createElement("div");
  place.className = "toast";
  place.setAttribute("role", "status");
  place.append(text);
  if (act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "small", textContent: label });
    button.addEventListener("click", () => {
      place.remove();
      act();
    });
    place.append(button);
  }
  document.body.append(place);
  setTimeout(() => place.remove(), act ? 12000 : 5000);
}

// A page that did not come by TLS has no clipboard: the old way still works there.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

// Ask before a form is sent; resolve to whether it shall be.
function asked(question, button) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", "Are you sure?");
  const text = Object.assign(document.createElement("p"), { textContent: question });
  const form = Object.assign(document.createElement("form"), { method: "dialog", className: "actions" });
  const yes = Object.assign(document.createElement("button"), { value: "yes", className: "danger", textContent: button });
  const no = Object.assign(document.createElement("button"), { value: "no", className: "quiet", textContent: "Cancel" });
  form.append(yes, no);
  dialog.append(text, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      answer(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

document.addEventListener("click", async ({ target }) => {
  const text = target.closest("[data-copy]")?.dataset.copy;
  if (text) {
    await copy(text);
    toast("Copied.");
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
});

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const { submitter } = event;
  const question = submitter?.dataset.ask ?? form.dataset.ask;
  if (!question || form.dataset.sure) return;
  event.preventDefault();
  if (!(await asked(question, submitter?.textContent ?? "Yes"))) return;
  form.dataset.sure = "yes";
  form.requestSubmit(submitter);
});
