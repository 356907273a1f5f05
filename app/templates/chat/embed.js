// Puts the clinic's chat on this page: a button, and behind it a frame. It reads nothing of the page and keeps nothing.
(() => {
  const here = document.currentScript;
  const words = {{ words | safe }};
  const address = new URL(here.src);
  address.pathname = address.pathname.replace(/\.js$/, "");
  address.search = "";
  address.searchParams.set("language", here.dataset.language || words.language);
  const look = (element, styles) => Object.assign(element.style, styles);

  const box = document.createElement("div");
  look(box, { position: "fixed", insetInlineEnd: "16px", insetBlockEnd: "16px", zIndex: "2147483000", display: "flex", flexDirection: "column", alignItems: "flex-end", gap: "8px", maxWidth: "calc(100vw - 32px)" });
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  look(button, { font: "600 16px/1.5 system-ui, sans-serif", padding: "12px 20px", minHeight: "44px", border: "2px solid #ffffff", borderRadius: "999px", background: "#3b3486", color: "#ffffff", cursor: "pointer", boxShadow: "0 2px 12px rgba(0, 0, 0, .35)" });
  const frame = document.createElement("iframe");
  frame.title = words.open;
  frame.hidden = true;
  look(frame, { display: "none", width: "400px", maxWidth: "100%", height: "min(640px, calc(100vh - 100px))", border: "1px solid #767676", borderRadius: "12px", background: "Canvas", boxShadow: "0 4px 24px rgba(0, 0, 0, .35)" });

  const isOpen = () => !frame.hidden;
  function show(open) {
    if (open && !frame.src) frame.src = address.href;
    frame.hidden = !open;
    frame.style.display = open ? "block" : "none";
    button.textContent = open ? words.close : words.open;
    button.setAttribute("aria-expanded", String(open));
    if (open) frame.focus();
    else button.focus();
  }
  button.addEventListener("click", () => show(!isOpen()));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) show(false);
  });
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== address.origin) return;
    if (event.data?.waymark === "close" && isOpen()) show(false);
    if (event.data?.waymark === "answered" && !isOpen()) button.textContent = words.answered;
  });
  button.textContent = words.open;
  box.append(frame, button);
  (document.body ?? document.documentElement).append(box);
})();
