// Keys of the agenda: arrows go from slot to slot (one stop for Tab in the whole table), Suppr and letters act on the one
// that has the focus. Nothing is taken from a field that is being typed into, and the letters can be switched off.
// Without this module every slot is a link in the order of the page.

const OFF = "agenda-lettres";
const sheet = document.getElementById("agenda-touches");
let current = null;

const grid = () => document.querySelector("#agenda-grille .slots");
const slots = () => [...(grid()?.querySelectorAll("[data-slot]") ?? [])];

rove();
help();
arrive();
document.addEventListener("permanence:changed", rove);
document.addEventListener("focusin", (event) => {
  const slot = event.target.closest?.("#agenda-grille .slot, #agenda-grille td, #agenda-grille th")?.querySelector("[data-slot]");
  if (slot && slot.dataset.slot !== current) {
    current = event.target.dataset?.slot ?? slot.dataset.slot;
    rove();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const focused = event.target.closest("#agenda-grille [data-slot], #agenda-grille .slot")?.closest("td, th")?.querySelector("[data-slot]");
  const act = actions(event, focused ?? null);
  if (!act) return;
  event.preventDefault();
  act();
});

function actions(event, focused) {
  const arrow = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
  if (arrow) {
    if (!grid() || (!focused && document.activeElement !== document.body)) return null;
    return () => (focused ? next(event.target.closest("[data-slot]") ?? focused, arrow) : here())?.focus();
  }
  const within = (selector) => (event.target.closest(".slot") ?? focused?.closest(".slot"))?.querySelector(selector);
  if (event.key === "Delete") {
    const bin = within("[data-cancel]") ?? within("[name=fermer]");
    return bin ? () => bin.click() : null;
  }
  if (localStorage.getItem(OFF) === "non") return null;
  const target = {
    b: () => within("[name=bloquer]"),
    j: () => document.querySelector("[data-key=j]"),
    s: () => document.querySelector("[data-key=s]"),
    t: () => document.querySelector("[data-key=t]"),
    n: () => document.querySelector(".agenda-tools [rel=next]"),
    p: () => document.querySelector(".agenda-tools [rel=prev]"),
  }[event.key]?.();
  if (target) return () => target.click();
  return event.key === "?" && sheet ? () => sheet.showModal() : null;
}

// The slot that Tab comes to: where one was last, else the first free one to come.
function here() {
  const all = slots();
  return (
    all.find((slot) => slot.dataset.slot === current) ??
    all.find((slot) => slot.closest("td:is(.free, .visit):not(.past)")) ??
    all[0]
  );
}

function rove() {
  const stop = here();
  for (const one of grid()?.querySelectorAll("td a, td button, .fold a") ?? []) one.tabIndex = -1;
  if (!stop) return;
  for (const one of stop.closest("td, th").querySelectorAll("a, button")) one.tabIndex = 0;
}

// The neighbour in a direction, by where things are drawn: cells reach over rows, and rows may be folded.
function next(from, [right, down]) {
  const box = (slot) => slot.closest(".slot, td, th").getBoundingClientRect();
  const cell = (slot) => slot.closest("td, th").getBoundingClientRect();
  const [own, column] = [box(from), cell(from)];
  const middle = (column.left + column.right) / 2;
  let best = null;
  let least = Infinity;
  for (const slot of slots()) {
    if (slot === from) continue;
    const [other, around] = [box(slot), cell(slot)];
    let distance = Infinity;
    if (down) {
      const over = around.left <= middle && middle <= around.right;
      const away = (other.top - own.top) * down;
      if (over && away > 1) distance = away;
    } else {
      const away = right > 0 ? around.left - column.right : column.left - around.right;
      const beside = around.top <= own.top + 2 && own.top + 2 < around.bottom;
      if (beside && away > -3 && around.width < column.width * 3) distance = away;
    }
    if (distance < least) [best, least] = [slot, distance];
  }
  return best;
}

// What is going on now comes into sight: today's column on a narrow screen, the present hour on any.
function arrive() {
  const frame = document.getElementById("agenda-grille");
  const today = frame?.querySelector(".week thead .today");
  if (today) frame.scrollLeft = today.offsetLeft - frame.querySelector("thead th").offsetWidth;
  const now = frame?.querySelector("tr.now");
  if (!now || location.hash) return;
  const box = now.getBoundingClientRect();
  if (frame.scrollHeight > frame.clientHeight) frame.scrollTop = now.offsetTop - frame.clientHeight / 3;
  else if (box.top > innerHeight * 0.8) scrollTo({ top: box.top - innerHeight / 3, behavior: "instant" });
}

function help() {
  const tools = document.querySelector("[data-keys]");
  if (!sheet || !tools) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.append("Touches ", Object.assign(document.createElement("kbd"), { textContent: "?" }));
  button.addEventListener("click", () => sheet.showModal());
  tools.append(button);
  const letters = document.createElement("button");
  letters.type = "button";
  letters.className = "button";
  const say = () => (letters.textContent = localStorage.getItem(OFF) === "non" ? "Activer les touches d’une lettre" : "Couper les touches d’une lettre");
  letters.addEventListener("click", () => {
    localStorage.setItem(OFF, localStorage.getItem(OFF) === "non" ? "oui" : "non");
    say();
  });
  say();
  sheet.querySelector("[data-close]").before(letters, " ");
}
