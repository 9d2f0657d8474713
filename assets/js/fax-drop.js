// Faxes dropped onto the form, and how far each is: the files go one after another, so that a large one keeps no other from
// arriving. Without this module the form sends them all at once.

const form = document.querySelector("form[data-fax-drop]");
if (form) start(form);

function start(form) {
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-fax-sending]");
  const button = form.querySelector("button.main");
  let sending = false;

  for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, over);
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
  // A file that misses the form must not take the place of the page.
  for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    if (!sending) send([...input.files]);
  });

  function over(event) {
    event.preventDefault();
    form.classList.add("over");
  }

  async function send(files) {
    sending = true;
    button.classList.add("busy");
    list.replaceChildren();
    const lines = files.map(line);
    let failed = 0;
    const took = [];
    for (const [place, file] of files.entries()) {
      const outcome = await one(file, lines[place]);
      if (outcome.address) took.push(new URL(outcome.address).searchParams);
      else failed += 1;
    }
    sending = false;
    button.classList.remove("busy");
    if (failed) {
      // What is there stays in sight with its reason; only the rest may be sent again.
      input.value = "";
      return;
    }
    const query = new URLSearchParams();
    for (const name of ["recus", "connus"]) {
      const numbers = took.flatMap((one) => (one.get(name) ?? "").split("-")).filter(Boolean);
      if (numbers.length) query.set(name, numbers.join("-"));
    }
    location.assign(`${form.getAttribute("action")}?${query}`);
  }

  function line(file) {
    const item = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    item.append(name, " ", bar);
    list.append(item);
    return item;
  }

  function one(file, item) {
    const bar = item.querySelector("progress");
    const body = new FormData(form);
    body.delete("fichier");
    body.append("fichier", file);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.responseType = "document";
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      });
      request.addEventListener("load", () => {
        const done = request.status === 200 && new URL(request.responseURL).searchParams.size > 0;
        if (done) {
          bar.replaceWith("envoyé");
          return resolve({ address: request.responseURL });
        }
        // The field's own sentence, or that of a page of error: the first that there is.
        const places = ["#fichier-erreur", ".summary li", "main p"];
        const said = places.map((one) => request.response?.querySelector(one)).find(Boolean);
        fail(said?.textContent.trim() || "Ce fichier n’a pas pu être envoyé.");
      });
      request.addEventListener("error", () => fail("Connexion perdue : ce fichier n’est pas parti."));
      request.send(body);

      function fail(sentence) {
        const problem = document.createElement("span");
        problem.className = "problem";
        problem.textContent = sentence;
        bar.replaceWith(problem);
        resolve({});
      }
    });
  }
}
