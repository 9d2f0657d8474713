// Proposes contact cards while a name or a number is typed (WAI-ARIA Authoring Practices, combobox with a list).
// ↓ goes into the list, Enter takes the card and, pressed again, sends the form. Without this element « Voir la liste des
// contacts » finds the same cards.

const WAIT_MS = 120;

class ContactField extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = "propositions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Contacts proposés");
    list.hidden = true;
    this.append(list);
    const fields = ["nom", "prenom", "telephone"].map((name) => form.elements[name]);
    let timer = 0;
    let asked = 0;

    for (const field of fields) {
      field.setAttribute("role", "combobox");
      field.setAttribute("aria-autocomplete", "list");
      field.setAttribute("aria-controls", list.id);
      field.setAttribute("aria-expanded", "false");
      field.addEventListener("input", () => {
        // Somebody else is meant now.
        form.elements.contact.value = "";
        form.querySelector("#fiche-choisie")?.replaceChildren();
        clearTimeout(timer);
        timer = setTimeout(() => ask(field), WAIT_MS);
      });
      field.addEventListener("keydown", (event) => keys(event, field));
      field.addEventListener("blur", () => close(field));
    }
    // Before the field loses the focus.
    list.addEventListener("pointerdown", (event) => {
      const card = event.target.closest("li");
      if (!card) return;
      event.preventDefault();
      choose(card);
    });

    const ask = async (field) => {
      const query = field.name === "telephone" ? field.value : `${form.elements.nom.value} ${form.elements.prenom.value}`;
      const turn = ++asked;
      if (query.trim().length < 2) return close(field);
      try {
        const address = new URL(this.dataset.source, location.href);
        address.searchParams.set("q", query.trim());
        const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(5000) });
        if (!answer.ok || turn !== asked || document.activeElement !== field) return;
        const fresh = new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html");
        list.replaceChildren(...fresh.querySelectorAll("li"));
        list.hidden = list.childElementCount === 0;
        field.setAttribute("aria-expanded", String(!list.hidden));
        field.removeAttribute("aria-activedescendant");
      } catch {
        close(field);
      }
    };

    const keys = (event, field) => {
      if (list.hidden) return;
      const cards = [...list.children];
      const at = cards.findIndex((card) => card.getAttribute("aria-selected") === "true");
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        const to = (at + step + cards.length + (at < 0 && step < 0 ? 1 : 0)) % cards.length;
        for (const card of cards) card.setAttribute("aria-selected", String(card === cards[to]));
        cards[to].scrollIntoView({ block: "nearest" });
        field.setAttribute("aria-activedescendant", cards[to].id);
      } else if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        choose(cards[at]);
      } else if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        close(field);
      }
    };

    const choose = (card) => {
      const { contact, lastName, firstName, phone, address } = card.dataset;
      form.elements.contact.value = contact;
      form.elements.nom.value = lastName;
      form.elements.prenom.value = firstName;
      form.elements.telephone.value = phone;
      if (form.elements.adresse && !form.elements.adresse.value) form.elements.adresse.value = address;
      if (form.elements.fiche) form.elements.fiche.checked = false;
      form.querySelector("#fiche-choisie")?.replaceChildren(`Fiche : ${card.querySelector("b").textContent}`);
      for (const field of fields) close(field);
    };

    const close = (field) => {
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    };
  }
}

customElements.define("contact-field", ContactField);
