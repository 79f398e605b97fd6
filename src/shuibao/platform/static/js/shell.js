// The shell: search palette, menus that close, forms that cannot be sent twice.
"use strict";
(() => {
  const palette = document.getElementById("palette");
  const open = () => {
    if (!palette || palette.open) return;
    palette.showModal();
    const box = palette.querySelector(".palette__q");
    box.value = "";
    box.focus();
    box.dispatchEvent(new Event("search"));
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens=palette]")) open();
    if (event.target === palette) palette.close();
    document.querySelectorAll("details[open].pick, details[open].topbar__who").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  if (palette) {
    palette.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const stops = [palette.querySelector(".palette__q"), ...palette.querySelectorAll(".found li a")];
      const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      if (stops[next]) stops[next].focus();
      event.preventDefault();
    });
    let searched = ""; // what the hits on show were searched with: Enter opens no older ones
    palette.addEventListener("htmx:afterSwap", (event) => {
      searched = new URL(event.detail.xhr.responseURL).searchParams.get("q") || "";
    });
    palette.querySelector("form").addEventListener("submit", (event) => {
      const first = palette.querySelector(".found li a");
      if (first && searched === palette.querySelector(".palette__q").value) {
        event.preventDefault();
        window.location.assign(first.href);
      }
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[open].pick, details[open].topbar__who").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  const toast = document.getElementById("toast");
  const tell = (event) => {
    const box = event.detail.target;
    if (box && box.closest("dialog")) { // what lies under an open dialog is not read aloud
      box.replaceChildren(Object.assign(document.createElement("p"), { className: "found__none", textContent: toast.dataset.failed }));
      return;
    }
    toast.textContent = toast.dataset.failed;
    window.setTimeout(() => { toast.textContent = ""; }, 6000);
  };
  document.addEventListener("htmx:sendError", tell);
  document.addEventListener("htmx:responseError", tell);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const came = new URL(event.detail.xhr.responseURL || window.location.href);
    if (came.pathname !== document.body.dataset.signIn) return;
    event.detail.shouldSwap = false; // signed out in the meantime: sign in on a page of its own
    window.location.reload();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.sent) {
      if (form.dataset.sent) event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    window.setTimeout(() => delete form.dataset.sent, 3000);
  });
})();
