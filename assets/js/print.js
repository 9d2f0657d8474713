// A button that prints, where a page leaves room for one. The browser's own command does the same.

for (const place of document.querySelectorAll("[data-print]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button main";
  button.textContent = "Imprimer";
  button.addEventListener("click", () => print());
  place.append(button);
}
