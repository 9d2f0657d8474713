// While the window of a slot is open: keeps « en cours de saisie » alive for the others, and says when the slot was taken or
// somebody else is at it. Without this element the booking itself says so.

const EVERY_MS = 2000;

class SlotWatch extends HTMLElement {
  connectedCallback() {
    this.version = "";
    this.plan();
    this.leave = () => this.ask(true);
    addEventListener("pagehide", this.leave);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    removeEventListener("pagehide", this.leave);
    this.ask(true);
  }

  plan() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(false), EVERY_MS);
  }

  async ask(leaving) {
    const address = new URL(this.dataset.href, location.href);
    address.searchParams.set("depuis", this.version);
    if (leaving) address.searchParams.set("fini", "1");
    try {
      const answer = await fetch(address, { cache: "no-store", keepalive: leaving, redirect: "manual" });
      if (leaving || !this.isConnected) return;
      if (answer.status === 200) {
        const state = await answer.json();
        this.version = state.version;
        // Only what is new is said again.
        if (this.textContent !== state.sentence) this.textContent = state.sentence;
        this.classList.toggle("problem", state.taken);
      }
      if (answer.status !== 401) this.plan();
    } catch {
      if (!leaving && this.isConnected) this.plan();
    }
  }
}

customElements.define("slot-watch", SlotWatch);
