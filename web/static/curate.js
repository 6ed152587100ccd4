// Letters for those who work on statements: from card to card, and what can be done with the one that has the focus.
// They can be switched off in the list of keys, and do nothing while somebody types. Every page works without this file.
(() => {
  const curator = document.currentScript.dataset.curator === "yes";
  const LETTERS = "caveat-letters";
  const ACTED = "caveat-acted";
  const toggle = document.getElementById("letters");
  const cards = () => [...document.querySelectorAll("main article.card[data-statement], main article.whole[data-statement], main article.draft")];
  const focused = () => document.activeElement.closest("article.card, article.whole, article.draft") || document.activeElement.closest(".task")?.querySelector("article");
  // On a statement's own page there is no choice.
  const current = () => focused() || document.querySelector("main > article.whole[data-statement]");

  const focusOn = (card) => {
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = cards();
    const at = all.indexOf(focused());
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) focusOn(next);
  };
  const comment = () => {
    const field = document.getElementById("comment");
    if (!field) return false;
    field.closest("details").open = true;
    field.focus();
    return true;
  };
  const press = (form) => form?.requestSubmit();
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    e: (card) => curator && card?.dataset.statement && location.assign(`/s/${card.dataset.statement}/edit`),
    f: (card) => {
      const own = card?.matches("main > article.whole");
      if (!(own && comment()) && card?.dataset.statement) location.assign(`/s/${card.dataset.statement}#comment`);
    },
    r: (card) => press((card?.closest(".task") || (card?.matches("main > article.whole") ? document.querySelector(".at-work") : null))?.querySelector("form.reviewed")),
    u: () => press(document.querySelector(".said form.undo")),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    const open = document.querySelector("dialog[open]");
    if (typing || open || event.ctrlKey || event.metaKey || event.altKey || event.repeat || (toggle && !toggle.checked)) return;
    if (!Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    acts[event.key](current());
  });

  // Where work was done in a list, the next of it takes its place and the focus.
  document.addEventListener("submit", (event) => {
    const task = event.target.closest(".task");
    if (!task) return;
    const at = cards().indexOf(task.matches("article") ? task : task.querySelector("article"));
    sessionStorage.setItem(ACTED, JSON.stringify([location.pathname, at]));
  });
  const [path, at] = JSON.parse(sessionStorage.getItem(ACTED) || "[]");
  sessionStorage.removeItem(ACTED);
  const all = cards();
  if (path === location.pathname && all.length && at >= 0) focusOn(all[Math.min(at, all.length - 1)]);
  if (location.hash === "#comment") comment();

  if (toggle) {
    toggle.checked = localStorage.getItem(LETTERS) !== "off";
    toggle.addEventListener("change", () => localStorage.setItem(LETTERS, toggle.checked ? "on" : "off"));
  }
})();
