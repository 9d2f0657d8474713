// A button beside what is worth copying. Without it the text selects whole by one click, and copies by the keyboard.

for (const text of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break; // Plain HTTP on a local network has none.
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "Copier";
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
      said.textContent = "Copié.";
    } catch {
      getSelection().selectAllChildren(text);
      said.textContent = "Sélectionné : copiez avec Ctrl+C.";
    }
  });
  text.after(" ", button, " ", said);
}
