// Words of an article become the form of a new statement: selected by mouse or finger, or word by word with the arrows.
// What is sent is where they stand, in code points of the article. Without this file words are pasted and found there.
(() => {
  const prose = document.getElementById("article-text");
  const field = document.getElementById("words");
  const place = document.getElementById("span");
  if (!prose || !field || !place) return;
  document.querySelectorAll("[data-with-script]").forEach((each) => { each.hidden = false; });

  const bar = document.createElement("div");
  bar.className = "picked-bar";
  bar.hidden = true;
  const told = document.createElement("p");
  told.setAttribute("aria-live", "polite");
  const take = document.createElement("button");
  take.type = "button";
  take.textContent = "Make a statement of these words";
  bar.append(told, take);
  prose.after(bar);

  // Every run of words says where it begins; between the runs stand numbers and caveats, which are not the article's.
  const runs = () => [...prose.querySelectorAll("[data-at]")].map((each) => each.firstChild).filter((each) => each?.data);
  const points = (text) => [...text].length;
  let picked = null;

  // The part of a selection that lies in a run, in UTF-16 units of it; null where none does.
  const within = (range, run) => {
    if (!range.intersectsNode(run)) return null;
    const start = range.startContainer === run ? range.startOffset : range.comparePoint(run, 0) < 0 ? run.length : 0;
    const end = range.endContainer === run ? range.endOffset : range.comparePoint(run, run.length) > 0 ? 0 : run.length;
    return start < end ? [start, end] : null;
  };

  const read = (range) => {
    let words = "";
    let first = null;
    let last = null;
    let before = null;
    for (const run of runs()) {
      const part = within(range, run);
      if (!part) continue;
      const at = Number(run.parentElement.dataset.at);
      const start = at + points(run.data.slice(0, part[0]));
      const end = at + points(run.data.slice(0, part[1]));
      // Line ends stand in no run.
      if (before !== null && start > before) words += "\n";
      words += run.data.slice(...part);
      first ??= start;
      last = before = end;
    }
    return words.trim() ? { words: words.trim(), span: `${first}-${last}` } : null;
  };

  const show = (found) => {
    picked = found;
    bar.hidden = !found;
    if (!found) return;
    const count = found.words.split(/\s+/).length;
    const short = found.words.length > 120 ? `${found.words.slice(0, 55)} … ${found.words.slice(-55)}` : found.words;
    told.textContent = `${count} word${count === 1 ? "" : "s"}: “${short}”`;
  };

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    // A press on the button takes the selection away on some phones; what was picked stays until other words are.
    if (!selection.rangeCount || selection.isCollapsed || !prose.contains(selection.anchorNode)) return;
    show(read(selection.getRangeAt(0)));
  });

  const bring = () => {
    if (!picked) return;
    field.value = picked.words;
    place.value = picked.span;
    bar.hidden = true;
    document.getElementById("new").scrollIntoView({ block: "start" });
    document.getElementById("new-text").focus();
  };
  take.addEventListener("click", bring);
  // Words that are typed over stand somewhere else.
  field.addEventListener("input", () => { place.value = ""; });

  // By keyboard: a word is where one is; the words from there to the anchor are picked.
  prose.tabIndex = 0;
  let words = [];
  let at = -1;
  let anchor = -1;
  const WORD = /[\p{L}\p{N}](?:\S*[\p{L}\p{N}%)])?/gu;

  const choose = () => {
    const [low, high] = [words[Math.min(at, anchor)], words[Math.max(at, anchor)]];
    document.getSelection().setBaseAndExtent(low.run, low.start, high.run, high.end);
    words[at].run.parentElement.scrollIntoView({ block: "nearest" });
  };

  // Of the next or the one before, the first word of a passage.
  const passage = (step) => {
    let next = at;
    while (words[next + step] && words[next + step].run === words[at].run) next += step;
    next = Math.min(Math.max(next + step, 0), words.length - 1);
    while (step < 0 && words[next - 1] && words[next - 1].run === words[next].run) next -= 1;
    return next;
  };

  const MOVES = {
    ArrowRight: () => at + 1,
    ArrowLeft: () => at - 1,
    ArrowDown: () => passage(1),
    ArrowUp: () => passage(-1),
    Home: () => 0,
    End: () => words.length - 1,
  };
  prose.addEventListener("keydown", (event) => {
    if (event.target !== prose || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && picked) {
      event.preventDefault();
      bring();
      return;
    }
    if (!(event.key in MOVES)) return;
    event.preventDefault();
    if (!words.length) {
      words = runs().flatMap((run) =>
        [...run.data.matchAll(WORD)].map((each) => ({ run, start: each.index, end: each.index + each[0].length })));
    }
    if (!words.length) return;
    at = at < 0 ? 0 : Math.min(Math.max(MOVES[event.key](), 0), words.length - 1);
    if (!event.shiftKey || anchor < 0) anchor = at;
    choose();
  });
})();
