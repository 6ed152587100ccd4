// The list under the search box, after the pattern "editable combobox with list autocomplete" of the ARIA Authoring
// Practices. The box keeps the focus; arrows move through the list, Enter follows the line or searches, Escape closes.
// Without this file the box searches on Enter.
(() => {
  const box = document.getElementById("q");
  if (!box) return;
  const WAIT = 120;
  const list = document.createElement("div");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  const told = document.createElement("p");
  told.className = "unseen";
  // Not a status: that is what a search page's count is.
  told.setAttribute("aria-live", "polite");
  box.form.append(list, told);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-controls", list.id);
  // Where the statements follow the typing anyway, only what else there is is offered.
  const others = box.form.hasAttribute("hx-get") ? "&statements=no" : "";
  let asked = box.value;
  let waiting = 0;
  let request = null;
  let active = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];

  const close = () => {
    clearTimeout(waiting);
    request?.abort();
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    choose(-1);
  };

  const choose = (number) => {
    const lines = options();
    active = number;
    lines.forEach((line, n) => line.setAttribute("aria-selected", String(n === number)));
    if (number < 0) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    box.setAttribute("aria-activedescendant", lines[number].id);
    lines[number].scrollIntoView({ block: "nearest" });
  };

  const open = () => {
    list.hidden = !options().length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
  };

  const show = (fragment) => {
    list.innerHTML = fragment;
    // A note is no option: where the list is empty it is told and not shown as one.
    const note = list.querySelector("[data-note]");
    note?.remove();
    const count = options().length;
    open();
    const counted = `${count} suggestion${count === 1 ? "" : "s"}, arrow down to go through them`;
    told.textContent = note?.textContent ?? (count ? counted : "");
  };

  // What stands in the list belongs to other words than those in the box.
  const drop = () => {
    list.replaceChildren();
    close();
  };

  const ask = async () => {
    const words = box.value;
    // Until the answer is here the list is that of the words before: it must not open again for these.
    asked = null;
    request?.abort();
    if (!words.trim()) {
      asked = words;
      drop();
      return;
    }
    request = new AbortController();
    try {
      const answer = await fetch(`/suggest?q=${encodeURIComponent(words)}${others}`, {
        signal: request.signal,
        headers: { "HX-Request": "true" },
      });
      const fragment = await answer.text();
      if (!answer.ok) drop();
      else if (document.activeElement === box) {
        asked = words;
        show(fragment);
      }
    } catch (error) {
      // Aborted for newer words, or no server: a search still works.
      if (error.name !== "AbortError") drop();
    }
  };

  box.addEventListener("input", (event) => {
    clearTimeout(waiting);
    request?.abort();
    if (event.isComposing || box.value === asked) return;
    waiting = setTimeout(ask, WAIT);
  });
  box.addEventListener("compositionend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const lines = options();
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && list.hidden && box.value.trim()) {
      event.preventDefault();
      if (box.value === asked && lines.length) open();
      else ask();
    } else if (list.hidden || !lines.length) {
      return;
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      choose(active + 1 < lines.length ? active + 1 : -1);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      choose(active < 0 ? lines.length - 1 : active - 1);
    } else if ((event.key === "Home" || event.key === "End") && active >= 0) {
      event.preventDefault();
      choose(event.key === "Home" ? 0 : lines.length - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(lines[active].href);
    }
  });
  // A press on a line must not take the focus away before it is a click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
})();
