// Drags an appointment to another slot with the mouse. « Déplacer » in its window does the same without.

const START_PX = 6;
const EDGE_PX = 48;

let held = null;

document.addEventListener("dragstart", (event) => {
  // The browser's own dragging of links would begin instead.
  if (event.target.closest?.("#agenda-grille")) event.preventDefault();
});

document.addEventListener("pointerdown", (event) => {
  if (event.pointerType !== "mouse" || event.button !== 0) return;
  const slot = event.target.closest("#agenda-grille .slot");
  const link = slot?.querySelector("[data-appointment]");
  if (!link || event.target.closest(".icon, a[href^='tel:']") || link.closest(".past") || document.querySelector(".moving")) return;
  held = { id: link.dataset.appointment, from: link.dataset.slot, name: link.querySelector("b")?.textContent ?? "", x: event.clientX, y: event.clientY, on: false };
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  if (!held.on && Math.hypot(event.clientX - held.x, event.clientY - held.y) < START_PX) return;
  held.on = true;
  document.documentElement.classList.add("dragging");
  getSelection()?.removeAllRanges();
  mark(place(event));
  if (event.clientY < EDGE_PX) scrollBy(0, -16);
  else if (event.clientY > innerHeight - EDGE_PX) scrollBy(0, 16);
});

document.addEventListener("pointerup", (event) => {
  if (!held) return;
  const { on, id, from } = held;
  const to = on ? place(event)?.dataset.slot : null;
  end();
  if (!on) return;
  // The click that follows would open the window.
  const swallow = (click) => (click.preventDefault(), click.stopPropagation());
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0);
  if (to && to !== from) move(id, to);
});

document.addEventListener("keydown", (event) => {
  if (held?.on && event.key === "Escape") end();
});
addEventListener("blur", end);

// The slot under the pointer, if an appointment could go there.
function place(event) {
  const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest("#agenda-grille td:not(.taken, .past, .block)");
  return cell?.querySelector("a[data-slot]");
}

function mark(slot) {
  for (const old of document.querySelectorAll("#agenda-grille .over")) old.classList.remove("over");
  slot?.closest("td").classList.add("over");
}

function end() {
  held = null;
  mark(null);
  document.documentElement.classList.remove("dragging");
}

// As the form of « Déplacer » has it.
function move(id, to) {
  const grid = document.querySelector("#agenda-grille form.grid");
  const form = document.createElement("form");
  form.method = "post";
  form.action = grid.getAttribute("action").replace(/\/creneaux$/, `/rendez-vous/${id}/deplacement`);
  form.dataset.inPlace = "";
  for (const [name, value] of [...new FormData(grid), ["vers", to]]) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.requestSubmit();
  form.remove();
}
