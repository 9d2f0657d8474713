// The order of the fields to export: the two buttons of a field move it without asking the server, and so does a mouse.
//
// <ol data-fields> holds one <li> a field, with buttons « monter » and « descendre ». Without this module each of them sends
// the form, and the page comes back in the new order.

const list = document.querySelector("[data-fields]");
if (list) start(list);

function start(list) {
  const said = document.querySelector("[data-fields-said]");

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=monter], button[name=descendre]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("li");
    const other = button.name === "monter" ? item.previousElementSibling : item.nextElementSibling;
    if (other) {
      if (button.name === "monter") other.before(item);
      else other.after(item);
    }
    button.focus();
    say(item);
  });

  let dragged = null;
  for (const item of list.children) item.draggable = true;
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const later = dragged.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (later) over.after(dragged);
    else over.before(dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    if (dragged) say(dragged);
    dragged = null;
  });

  function say(item) {
    const items = [...list.children];
    said.textContent = `${item.querySelector("label").textContent} : place ${items.indexOf(item) + 1} sur ${items.length}`;
  }
}
