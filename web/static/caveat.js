// Two keys: "/" goes to the search box, "?" lists the keys. Every page works without this file.
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("q");
  // In the empty box "/" has nothing to say either: who presses it wants to be where the cursor is already.
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if ((typing && (typing !== box || box.value)) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "?") {
    event.preventDefault();
    document.getElementById("keys").showModal();
  }
});
