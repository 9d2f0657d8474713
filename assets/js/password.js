// A button beside each password that shows it while one looks. Without it the field is a plain password field.

for (const field of document.querySelectorAll("input[data-password]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  const both = document.createElement("span");
  both.className = "with-button";
  field.replaceWith(both);
  both.append(field, button);
  show(false);
  button.addEventListener("click", () => show(field.type === "password"));
  // Browsers remember what a text field held.
  field.form?.addEventListener("submit", () => show(false));
  // Taken out and put back, it lost the focus that the page gave it.
  if (field.autofocus) field.focus();

  function show(plain) {
    field.type = plain ? "text" : "password";
    button.textContent = plain ? "Masquer" : "Afficher";
    button.setAttribute("aria-label", `${button.textContent} : ${field.labels[0]?.textContent ?? "mot de passe"}`);
  }
}
