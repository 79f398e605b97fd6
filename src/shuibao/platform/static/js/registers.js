// A register's list: filters that apply as they change, rows chosen by hand or key, a card for the row in focus.
"use strict";
(() => {
  const filter = document.getElementById("filter");
  const rows = document.getElementById("rows");
  const keep = () => sessionStorage.setItem(`list:${location.pathname}`, `${location.search}|${window.scrollY}`);
  window.addEventListener("pagehide", keep);
  const kept = sessionStorage.getItem(`list:${location.pathname}`);
  if (kept && kept.split("|")[0] === location.search) window.scrollTo(0, Number(kept.split("|")[1]));

  if (filter) {
    filter.addEventListener("submit", () => {
      filter.querySelectorAll("input, select").forEach((box) => {
        if (!box.value && box.type !== "checkbox") box.disabled = true;
      });
    });
    window.addEventListener("pageshow", () => {
      filter.querySelectorAll(":disabled").forEach((box) => { box.disabled = false; });
    });
    filter.addEventListener("change", (event) => {
      if (event.target.matches("select, [type=radio]")) filter.requestSubmit();
    });
  }
  if (!rows) return;

  const boxes = () => [...rows.querySelectorAll("input[name=pick]")];
  const count = () => {
    const chosen = boxes().filter((box) => box.checked);
    boxes().forEach((box) => box.closest("tr").classList.toggle("is-picked", box.checked));
    const bar = rows.querySelector(".bulk");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    bar.querySelector("[data-count]").textContent = String(chosen.length);
  };
  rows.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
    count();
  });
  rows.addEventListener("click", (event) => {
    if (event.target.closest("[data-clear]")) {
      boxes().forEach((box) => { box.checked = false; });
      count();
    }
    const row = event.target.closest("tr[data-key]");
    if (row && !event.target.closest("a, input")) show(row);
  });
  const show = (row) => {
    row.focus();
    const card = document.getElementById("card");
    if (card) htmx.ajax("GET", `${location.pathname}${encodeURIComponent(row.dataset.key)}/card/`, "#card");
    document.dispatchEvent(new CustomEvent("register:row", { detail: row.dataset.key }));
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea, dialog[open], summary") || event.ctrlKey || event.metaKey) return;
    const all = [...rows.querySelectorAll("tr[data-key]")];
    const now = all.indexOf(document.activeElement);
    if (event.key === "j" || event.key === "ArrowDown") {
      if (all[now + 1]) { show(all[now + 1]); event.preventDefault(); }
    } else if (event.key === "k" || event.key === "ArrowUp") {
      if (all[now - 1]) { show(all[now - 1]); event.preventDefault(); }
    } else if (now >= 0 && event.key === "x") {
      const box = all[now].querySelector("input[name=pick]");
      box.checked = !box.checked;
      count();
    } else if (now >= 0 && event.key === "Enter") {
      const link = all[now].querySelector("a");
      if (link) link.click();
    }
  });
  count();
})();
