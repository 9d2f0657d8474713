// Makes tabs of links to sections of the same page (WAI-ARIA Authoring Practices, tabs): one section in sight at a time,
// arrows between them. Without this element both sections stand one below the other, and the links lead to them.

class SlotTabs extends HTMLElement {
  connectedCallback() {
    const links = [...this.querySelectorAll("a")];
    const chosen = links.findIndex((link) => link.hasAttribute("aria-current"));
    this.setAttribute("role", "tablist");
    this.tabs = links.map((link) => {
      const panel = this.parentElement.querySelector(link.hash);
      const tab = document.createElement("button");
      tab.type = "button";
      tab.textContent = link.textContent;
      tab.id = `onglet-${panel.id}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      panel.removeAttribute("aria-label");
      tab.addEventListener("click", () => this.show(tab));
      link.replaceWith(tab);
      return { tab, panel };
    });
    this.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = this.tabs.findIndex(({ tab }) => tab === document.activeElement);
      const { tab } = this.tabs[(at + step + this.tabs.length) % this.tabs.length];
      this.show(tab);
      tab.focus();
    });
    this.show(this.tabs[Math.max(chosen, 0)].tab);
  }

  show(chosen) {
    for (const { tab, panel } of this.tabs) {
      const is = tab === chosen;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
      panel.hidden = !is;
    }
  }
}

customElements.define("slot-tabs", SlotTabs);
