// A button beside each password that shows it while one looks. Without it the field is a plain password field.

for (const field of document.querySelectorAll("input[data-password]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  field.after(button);
  show(false);
  button.addEventListener("click", () => show(field.type === "password"));
  // Browsers remember what a text field held.
  field.form?.addEventListener("submit", () => show(false));

  function show(plain) {
    field.type = plain ? "text" : "password";
    button.textContent = plain ? "Masquer" : "Afficher";
    button.setAttribute("aria-label", `${button.textContent} : ${field.labels[0]?.textContent ?? "mot de passe"}`);
  }
}
