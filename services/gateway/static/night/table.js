// The frames of a night as rows: editable, each with its state.

const text = (name, content, className = "") => Object.assign(document.createElement(name), { textContent: content, className });

// acts: {changed(row, name, value), removed(row), fixed(row, fix), sentAgain(row), opened(row, event)}
export function showRow(list, row, acts, root) {
  row.line ??= list.appendChild(document.createElement("tr"));
  const target = field(row, "target", row.target, acts);
  target.className = "target-of";
  target.placeholder = "by its place";
  const cells = [
    ["key", text("span", row.name)],
    ["", target, "Target"],
    ["", withNote(field(row, "mjd", row.mjd ? Number(row.mjd).toFixed(6) : "", acts), row.by), "MJD"],
    ["", field(row, "exposure", row.exposure, acts), "Exposure [s]"],
    ["", removal(row, acts)],
    ["state", state(row, acts, root)],
  ];
  row.line.className = row.state;
  row.line.replaceChildren(...cells.map(([className, content, label]) => {
    const cell = Object.assign(document.createElement("td"), { className });
    if (label) cell.dataset.label = label;
    cell.append(content);
    return cell;
  }));
}

function withNote(content, note) {
  const both = document.createElement("span");
  both.append(content);
  if (note) both.append(text("span", note, "given-by"));
  return both;
}

function field(row, name, value, acts) {
  const input = Object.assign(document.createElement("input"), { value: value ?? "", disabled: !row.file || row.state === "kept" });
  input.setAttribute("aria-label", `${name} of ${row.name}`);
  input.addEventListener("change", () => acts.changed(row, name, name === "target" ? input.value.trim() : parseFloat(input.value)));
  return input;
}

function removal(row, acts) {
  const button = pressed("×", () => acts.removed(row));
  button.classList.add("quiet");
  button.setAttribute("aria-label", `Take ${row.name} off the list`);
  return button;
}

function pressed(words, act) {
  const button = Object.assign(text("button", words, "small"), { type: "button" });
  button.addEventListener("click", act);
  return button;
}

function state(row, acts, root) {
  const place = document.createElement("span");
  if (row.point) place.append(measured(row, acts, root));
  else if (row.told) place.append(row.job ? link(`${root}/job/${row.job}`, row.told) : row.told);
  else if (!row.problems.length) place.append("ready");
  if (row.state === "failed" && row.file) place.append(" ", pressed("Send again", () => acts.sentAgain(row)));
  for (const { problem, fix } of row.told || row.point ? [] : row.problems) {
    place.append(problem, " ");
    if (!fix) continue;
    place.append(pressed(fix.label, () => acts.fixed(row, fix)), " ");
  }
  return place;
}

function measured(row, acts, root) {
  const { point } = row;
  const error = point.limit ? "" : ` ± ${point.total_err.toFixed(3)}`;
  const mag = point.limit ? `> ${point.mag.toFixed(2)}` : point.mag.toFixed(3);
  const words = `${mag}${error} ${point.survey}/${point.band}`;
  const place = document.createElement("span");
  const opens = link(`${root}/calibration/${row.job}`, words);
  opens.addEventListener("click", (event) => acts.opened(row, event));
  place.append(opens, ` ${row.state === "kept" ? "stored" : (row.told ?? "a dry run")}`);
  return place;
}

function link(href, words) {
  return Object.assign(document.createElement("a"), { href, textContent: words });
}
