// What pages gain with JavaScript: suggestions while typing, copying, folded filters on phones. All work without it.

const PHONE = "(max-width: 48em)";
const SCHEMES = { school: "urn:", trust: "uid:", group: "uid:", la: "la:" };
const KINDS = {
  activity: ["hub", "programme", "project"],
  organisation: ["school", "trust", "group", "la", "organisation"],
  group: ["group", "trust"],
};

/** Offer records under a box; choosing one opens its page, or fills in its reference where the box belongs to a form. */
function suggest(input, number) {
  const list = document.createElement("ul");
  const status = document.createElement("div");
  let hits = [];
  let chosen = -1;
  let asked = 0;
  let timer = 0;
  list.id = `suggestions-${number}`;
  list.className = "suggest";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");
  input.after(list, status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (hit) => {
    close();
    if (input.dataset.kind) {
      input.value = `${SCHEMES[hit.kind] ?? ""}${hit.key}`;
    } else {
      const root = input.dataset.suggest.replace(/\/suggest$/, "");
      window.location.assign(`${root}/${hit.kind}/${encodeURIComponent(hit.key)}`);
    }
  };
  const mark = (position) => {
    chosen = position;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
    if (chosen >= 0) input.setAttribute("aria-activedescendant", list.children[chosen].id);
    else input.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    list.replaceChildren(
      ...hits.map((hit, index) => {
        const item = document.createElement("li");
        const detail = document.createElement("small");
        item.id = `${list.id}-${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = hit.name;
        detail.textContent = [hit.type, hit.place].filter(Boolean).join(", ");
        item.append(" ", detail);
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(hit);
        });
        return item;
      }),
    );
    list.hidden = hits.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = hits.length ? `${hits.length} suggestions. Use the arrow keys.` : "No suggestions.";
  };
  const ask = async () => {
    const text = input.value.trim();
    const mine = ++asked;
    if (text.length < 2) {
      close();
      return;
    }
    const fields = new URLSearchParams({ q: text });
    for (const kind of KINDS[input.dataset.kind] ?? [input.dataset.kind].filter(Boolean)) fields.append("kind", kind);
    try {
      const response = await fetch(`${input.dataset.suggest}?${fields}`, { headers: { Accept: "application/json" } });
      if (!response.ok || mine !== asked) return;
      hits = await response.json();
      chosen = -1;
      show();
    } catch {
      close();
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((chosen + step + hits.length + (chosen < 0 && step < 0 ? 1 : 0)) % hits.length);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(hits[chosen]);
    }
  });
}

/** Copy the text of the element that a button names, and say so. */
function copier(button) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
}

document.querySelectorAll("[data-suggest]").forEach(suggest);
if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(copier);
if (window.matchMedia(PHONE).matches) {
  document.querySelectorAll("details[data-fold]").forEach((details) => details.removeAttribute("open"));
}
document.querySelector("[data-focus]")?.focus();
for (const editor of document.querySelectorAll(".editor textarea")) {
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.form.requestSubmit();
  });
}
for (const form of document.querySelectorAll("form[data-long-post]")) {
  // An address holds a few thousand characters; a longer query is sent in the body.
  form.addEventListener("submit", () => {
    if (form.elements.query.value.length > 4000) form.method = "post";
  });
}
