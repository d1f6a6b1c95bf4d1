"use strict";
// What is shown depends on three things: the words of the filter, the buttons that are pressed, how findings are grouped.
// All of it stands behind the # of the address, so that a view can be sent to somebody. Text of the analysed code is only
// ever read as text and set as text.
(() => {
  const main = document.querySelector("main");
  const filter = document.getElementById("filter");
  const group = document.getElementById("group");
  const theme = document.getElementById("theme");
  const shown = document.getElementById("shown");
  const facets = [...document.querySelectorAll(".facet")];
  const findings = [...document.querySelectorAll(".finding")];
  const texts = new Map(findings.map((one) => [one, one.textContent.toLowerCase()]));
  const end = findings.length ? findings[findings.length - 1].nextSibling : null;
  const pressed = () => facets.filter((one) => one.getAttribute("aria-pressed") === "true");

  const KINDS = ["code", "library", "file"];
  let groups = new Map(); // heading to its findings

  function chosen() {
    const choices = Object.fromEntries(KINDS.map((kind) => [kind, new Set()]));
    for (const one of pressed()) choices[one.dataset.kind].add(one.dataset.value);
    return choices;
  }

  function arrange() {
    for (const heading of document.querySelectorAll("h2.group")) heading.remove();
    const members = new Map();
    for (const finding of findings) {
      const key = finding.dataset[group.value];
      if (!members.has(key)) members.set(key, []);
      members.get(key).push(finding);
    }
    groups = new Map();
    for (const [key, list] of members) {
      const heading = document.createElement("h2");
      heading.className = "group";
      heading.textContent = key;
      main.insertBefore(heading, end);
      for (const one of list) main.insertBefore(one, end);
      groups.set(heading, list);
    }
  }

  function update() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const choices = chosen();
    const left = Object.fromEntries(KINDS.map((kind) => [kind, new Map()]));
    let count = 0;
    for (const finding of findings) {
      const text = texts.get(finding);
      const said = words.every((word) => text.includes(word));
      const misses = KINDS.filter((kind) => choices[kind].size && !choices[kind].has(finding.dataset[kind]));
      finding.hidden = !said || misses.length > 0;
      count += !finding.hidden;
      for (const kind of KINDS) {
        // What a button would show if it were pressed: its own kind does not count against it.
        if (said && misses.every((miss) => miss === kind)) {
          const value = finding.dataset[kind];
          left[kind].set(value, (left[kind].get(value) ?? 0) + 1);
        }
      }
    }
    for (const one of facets) {
      const number = left[one.dataset.kind].get(one.dataset.value) ?? 0;
      one.querySelector("b").textContent = number;
      one.classList.toggle("empty", number === 0);
    }
    for (const [heading, list] of groups) heading.hidden = list.every((one) => one.hidden);
    shown.textContent = count === findings.length ? "" : `${count} of ${findings.length} shown`;
  }

  function remember() {
    const state = new URLSearchParams();
    if (filter.value) state.set("q", filter.value);
    if (group.value !== "file") state.set("by", group.value);
    for (const one of pressed()) state.append(one.dataset.kind, one.dataset.value);
    history.replaceState(null, "", `#${state}`);
  }

  function recall() {
    if (/^#f\d+$/.test(location.hash)) return;
    const state = new URLSearchParams(location.hash.slice(1));
    filter.value = state.get("q") ?? "";
    group.value = ["code", "library"].includes(state.get("by")) ? state.get("by") : "file";
    for (const one of facets) {
      one.setAttribute("aria-pressed", String(state.getAll(one.dataset.kind).includes(one.dataset.value)));
    }
  }

  function colours(name) {
    theme.textContent = name;
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
  }

  function kept() {
    try {
      const name = localStorage.getItem("httpleak-theme");
      return ["light", "dark"].includes(name) ? name : "auto";
    } catch {
      return "auto"; // no storage for local files
    }
  }

  const changed = () => { update(); remember(); };
  filter.addEventListener("input", changed);
  group.addEventListener("change", () => { arrange(); changed(); });
  for (const one of facets) {
    one.addEventListener("click", () => {
      one.setAttribute("aria-pressed", String(one.getAttribute("aria-pressed") !== "true"));
      changed();
    });
  }
  theme.addEventListener("click", () => {
    const names = ["auto", "light", "dark"];
    const next = names[(names.indexOf(theme.textContent) + 1) % names.length];
    colours(next);
    try { localStorage.setItem("httpleak-theme", next); } catch { /* it is forgotten */ }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== filter) { event.preventDefault(); filter.focus(); }
  });
  window.addEventListener("hashchange", () => { recall(); arrange(); update(); });
  colours(kept());
  recall();
  arrange();
  update();
})();
