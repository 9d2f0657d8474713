// Ticks of a list: all at once, a range by shift-click, and how many beside the button.
//
// Without this module « Cocher/Décocher Tout » is a link that brings the page back with every box ticked.

const form = () => document.querySelector("form[data-ticks]");
const boxes = () => [...(form()?.querySelectorAll('input[name="message"]') ?? [])];
let last = null;

enhance();
document.addEventListener("permanence:changed", enhance);

document.addEventListener("click", (event) => {
  const all = event.target.closest("[data-tick-all]");
  if (all) {
    const every = boxes();
    const tick = !every.every((box) => box.checked);
    for (const box of every) box.checked = tick;
    return count();
  }
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.name !== "message") return;
  if (event.shiftKey && last !== null) {
    const every = boxes();
    // By value: the row may have been drawn anew since.
    const [from, to] = [every.findIndex((other) => other.value === last), every.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) for (const other of every.slice(from, to + 1)) other.checked = box.checked;
  }
  last = box.value;
  count();
});

// A link leads somewhere, a button does something.
function enhance() {
  for (const link of document.querySelectorAll("a[data-tick-all]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = link.className;
    button.dataset.tickAll = "";
    button.append(...link.childNodes);
    link.replaceWith(button);
  }
  count();
}

function count() {
  const ticked = boxes().filter((box) => box.checked).length;
  for (const button of form()?.querySelectorAll("button.main") ?? []) {
    let shown = button.querySelector(".ticked");
    if (!shown) {
      shown = document.createElement("span");
      shown.className = "ticked";
      button.append(shown);
    }
    shown.textContent = ticked ? String(ticked) : "";
  }
}
