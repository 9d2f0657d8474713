// « Ajouter une période » without a round trip: a copy of the last row, empty, with the next number. Without this script
// the button sends the form, and the page comes back with a row more.
for (const button of document.querySelectorAll("[data-add-row]")) {
  button.addEventListener("click", (event) => {
    const last = [...button.parentElement.querySelectorAll("[data-row]")].pop();
    if (!last) return;
    event.preventDefault();
    const number = Number(last.dataset.row);
    const day = button.dataset.addRow;
    const row = last.cloneNode(true);
    row.dataset.row = number + 1;
    const renamed = (text) => text.replace(`${day}-${number}-`, `${day}-${number + 1}-`);
    for (const element of row.querySelectorAll("[id], [name], [for]")) {
      for (const attribute of ["id", "name", "for"]) {
        if (element.hasAttribute(attribute)) element.setAttribute(attribute, renamed(element.getAttribute(attribute)));
      }
      if (element.matches("input[type=time]")) element.value = "";
    }
    last.after(row);
    row.querySelector("input")?.focus();
    if (number + 2 >= 8) button.hidden = true;
  });
}
