"use strict";
// The page says everything without this: it sorts tables, opens what a link leads to, and opens or closes all.
const sortWord = document.currentScript.dataset.sort;

function opened(target) {
  for (let box = target; box; box = box.parentElement) {
    if (box.tagName === "DETAILS") box.open = true;
  }
  const own = target.querySelector(":scope > details");
  if (own) own.open = true;
}

function follow() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  opened(target);
  target.scrollIntoView();
  const focus = target.querySelector(":scope > details > summary");
  if (focus) focus.focus({ preventScroll: true });
}

function sorted(table, column, kind, down) {
  const body = table.tBodies[0];
  const value = (row) => {
    const cell = row.cells[column];
    if (kind === "text") return cell.textContent.trim();
    const given = cell.dataset.v ?? cell.textContent.replace(/\D/g, "");
    return given === "" ? -1 : Number(given);
  };
  const rows = [...body.rows].map((row, at) => [value(row), at, row]);
  const compare = kind === "text" ? (a, b) => a.localeCompare(b, document.documentElement.lang) : (a, b) => a - b;
  rows.sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]) || a[1] - b[1]);
  body.append(...rows.map((row) => row[2]));
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    if (!head.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    button.title = sortWord;
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sorted(table, column, head.dataset.sort, down);
    });
  });
}

for (const tools of document.querySelectorAll(".tools[hidden]")) tools.hidden = false;
for (const button of document.querySelectorAll("button[data-open], button[data-close]")) {
  const open = "open" in button.dataset;
  button.addEventListener("click", () => {
    const section = document.getElementById(open ? button.dataset.open : button.dataset.close);
    section.querySelectorAll("details").forEach((box) => { box.open = open; });
  });
}

window.addEventListener("hashchange", follow);
if (location.hash) follow();
