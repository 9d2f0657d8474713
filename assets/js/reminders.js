// Shows a reminder as a contact would read it, while its text is typed: <reminder-preview data-of="texte-rappel" …>. The
// server fills and counts the same (src/reminders/text.rs); without this module its preview of the last load stands.
import { lengthOf, plain } from "./sms.js";

const NAMES = ["nom", "prenom", "date", "heure", "abonne", "telephone"];

customElements.define("reminder-preview", class extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.dataset.of);
    this.place = document.getElementById(this.dataset.place);
    [, this.shown, this.length] = this.querySelectorAll("p");
    const show = () => this.show();
    for (const field of [this.field, this.place]) field?.addEventListener("input", show);
  }

  show() {
    const link = this.dataset.link;
    let text = this.field.value;
    if (!link) {
      const leads = (sentence) => !sentence.includes("{lien}");
      text = text.split("\n").map((line) => (line.match(/[^.!?;]*[.!?;]?/g) ?? []).filter(leads).join("").trimEnd()).join("\n");
    }
    const filled = plain(text.replace(/\{([^}]*)\}/g, (whole, name) => this.value(name.trim()) ?? whole));
    const { units, parts, wide } = lengthOf(filled);
    const said = `${units} ${units < 2 ? "caractère" : "caractères"}, ${parts} SMS`;
    this.shown.textContent = filled;
    this.length.textContent = wide ? `${said} (un caractère hors de l’alphabet des SMS en réduit la place)` : said;
  }

  value(name) {
    if (name === "lieu") return this.place?.value.trim() ?? "";
    if (name === "lien") return this.dataset.link;
    return NAMES.includes(name) ? this.dataset[name] : undefined;
  }
});
