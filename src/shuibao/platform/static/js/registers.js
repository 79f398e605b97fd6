// A register's list: chips that apply at once, rows chosen by hand or key, a card for the row in focus, and
// the way back to the same place. Listens on the document, so that it outlives every exchange of the list.
"use strict";
(() => {
  htmx.config.attributesToSettle = ["class"]; // the policy for content forbids setting a style attribute
  const list = () => document.querySelector("[data-list]");
  const rows = () => [...document.querySelectorAll("#picks tr[data-key]")];
  const boxes = () => [...document.querySelectorAll("#picks input[name=pick]")];
  const place = (path) => `register:${path}`;

  // The place: the query, the row in focus and how far down the page and the table in it were.
  const table = () => document.querySelector(".grid-wrap");
  const keepPlace = () => {
    if (!list()) return;
    const row = document.querySelector("#picks tr[aria-current]");
    const inside = table() ? table().scrollTop : 0;
    const kept = { query: location.search, key: row ? row.dataset.key : "", down: window.scrollY, inside };
    sessionStorage.setItem(place(location.pathname), JSON.stringify(kept));
  };
  const keptPlace = (path) => JSON.parse(sessionStorage.getItem(place(path)) || "null");
  const findPlace = () => {
    const kept = list() && keptPlace(location.pathname);
    if (!kept || kept.query !== location.search) return;
    const row = rows().find((one) => one.dataset.key === kept.key);
    if (row) mark(row);
    if (table()) table().scrollTop = kept.inside;
    window.scrollTo(0, kept.down);
  };
  const leadBack = () => document.querySelectorAll("a[data-back]").forEach((link) => {
    const kept = keptPlace(new URL(link.href).pathname);
    if (kept) link.search = kept.query;
  });

  // The row in focus.
  const mark = (row) => {
    rows().forEach((one) => {
      one.toggleAttribute("aria-current", one === row);
      one.tabIndex = one === row ? 0 : -1;
    });
    row.setAttribute("aria-current", "true");
  };
  const focus = (row) => {
    mark(row);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    showCard(row.dataset.key);
  };
  let cardTimer = 0;
  const showCard = (key) => {
    document.dispatchEvent(new CustomEvent("register:focus", { detail: key }));
    if (!document.getElementById("card")) return;
    window.clearTimeout(cardTimer);
    cardTimer = window.setTimeout(
      () => htmx.ajax("GET", `${location.pathname}${encodeURIComponent(key)}/card/`, { target: "#card", swap: "innerHTML" }),
      120,
    );
  };
  document.addEventListener("register:picked", (event) => {
    const row = rows().find((one) => one.dataset.key === event.detail);
    if (row) focus(row);
    else showCard(event.detail);
  });

  // Rows chosen for an act on all of them.
  const count = () => {
    const chosen = boxes().filter((box) => box.checked);
    boxes().forEach((box) => box.closest("tr").toggleAttribute("aria-selected", box.checked));
    document.querySelectorAll("#picks tr[aria-selected]").forEach((row) => row.setAttribute("aria-selected", "true"));
    const all = document.querySelector("#picks [data-all]");
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === boxes().length;
      all.indeterminate = chosen.length > 0 && !all.checked;
    }
    const bar = document.querySelector("#picks .bulk");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    bar.querySelector("[data-count]").textContent = String(chosen.length);
  };
  const choose = (isOn) => {
    boxes().forEach((box) => { box.checked = isOn; });
    count();
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-at-once]")) event.target.form.requestSubmit();
    else if (event.target.matches("#picks [data-all]")) choose(event.target.checked);
    else if (event.target.matches("#picks input[name=pick]")) count();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#picks [data-clear]")) choose(false);
    const row = event.target.closest("#picks tr[data-key]");
    if (row && !event.target.closest("a, input, button")) focus(row);
    document.querySelectorAll(".chip details[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !rows().length) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog, details, .map")) return;
    const all = rows();
    const now = all.indexOf(document.querySelector("#picks tr[aria-current]"));
    if (event.key === "j" || event.key === "ArrowDown") focus(all[Math.min(now + 1, all.length - 1)]);
    else if (event.key === "k" || event.key === "ArrowUp") focus(all[Math.max(now - 1, 0)]);
    else if (now >= 0 && event.key === "x") {
      const box = all[now].querySelector("input[name=pick]");
      if (box) box.checked = !box.checked;
      count();
    } else if (now >= 0 && event.key === "Enter" && !event.target.closest("a, button")) {
      const link = all[now].querySelector("td a");
      if (link) link.click();
    } else return;
    event.preventDefault();
  });

  // Empty fields stay out of the address; an open chip stays open when the list is exchanged.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target.id !== "filters") return;
    const given = event.detail.formData;
    [...given.entries()].forEach(([name, value]) => { if (value === "") given.delete(name, value); });
  });
  document.addEventListener("formdata", (event) => {
    if (event.target.id !== "filters") return;
    const filled = [...event.formData.entries()].filter(([, value]) => value !== "");
    [...event.formData.keys()].forEach((name) => event.formData.delete(name));
    filled.forEach(([name, value]) => event.formData.append(name, value));
  });
  let openChip = "";
  document.addEventListener("htmx:beforeSwap", () => {
    const chip = document.querySelector(".chip details[open]");
    openChip = chip && chip.querySelector("[type=checkbox]") ? chip.id : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    const chip = openChip && document.getElementById(openChip);
    if (chip) chip.open = true;
    openChip = "";
    count();
  });

  let typing = 0;
  document.addEventListener("input", (event) => {
    if (event.target.id !== "filters-q") return;
    window.clearTimeout(typing);
    typing = window.setTimeout(() => event.target.form && event.target.form.requestSubmit(), 400);
  });

  window.addEventListener("pagehide", keepPlace);
  window.addEventListener("pageshow", () => { findPlace(); leadBack(); count(); });
})();
