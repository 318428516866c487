/* The map's filters, arrow keys, folding and reading line. Without this script all studies stand as published. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const table = document.querySelector(".te-map"), form = document.querySelector(".te-filters");
  const bar = document.querySelector(".te-bar"), line = document.querySelector(".te-read");
  if (!table || !form || !window.mapData) return;
  const target = table.dataset.target, { cells, said, names } = window.mapData;
  const WORDS = { f: "favour", a: "against", n: "no clear difference", m: "mixed", u: "raised", d: "lowered" };
  const SIDES = ["f", "a", "n", "m"], MARKERS = ["u", "d"];
  const heads = all("thead th", table).map((head) => head.textContent.trim());
  const domains = all("thead th", table).map((head) => head.dataset.d);
  /* A row's slug stands once in the page, in its link. */
  for (const row of all("tbody tr:not(.g,.rest), tr.rest li", table))
    row.dataset.t = row.querySelector("a").getAttribute("href").split("/")[1];
  const rows = all("tbody tr[data-t]", table), links = all("td>a", table);
  /* Of each cell: the code of its studies, the newest year, which sentence on the review. */
  const known = (link) => {
    const row = cells[link.closest("tr").dataset.t] || {};
    return row[domains[link.parentElement.cellIndex]] || ["", 0, -1];
  };
  const studies = (n) => (n === 1 ? "one study" : `${n} studies`);

  /* The rows are one stop of the Tab key: it enters where the reader last was. */
  const stops = [...all("tr[data-t]>th>a", table), ...links];
  function stop(link) {
    for (const other of stops) other.tabIndex = -1;
    if (link) link.tabIndex = 0;
  }
  function settle() {
    const seen = (link) => link.offsetParent !== null;
    if (!stops.some((link) => link.tabIndex === 0 && seen(link))) stop(links.find(seen) || stops.find(seen));
  }
  table.addEventListener("focusin", (event) => { if (stops.includes(event.target)) stop(event.target); });
  stop(null);

  const fit = () => document.documentElement.style.setProperty(
    "--te-bar", getComputedStyle(bar).position === "sticky" ? bar.offsetHeight + "px" : "0px");

  /* Count studies, each once: one that found different things counts as mixed. */
  function count(code, wanted) {
    const tally = { f: 0, a: 0, n: 0, m: 0, u: 0, d: 0, target: 0, within: 0, improved: 0, studies: 0 };
    for (const study of code ? code.split(",") : []) {
      const votes = new Set(), flags = [];
      let within = "";
      for (let i = 0; i < study.length; i += 5) {
        const [vote, kind, flag, ...year] = study.slice(i, i + 5);
        const two = parseInt(year.join(""), 10), full = two >= 70 ? 1900 + two : 2000 + two;
        if (wanted.target && !(flag & 1)) continue;
        if (wanted.randomised && !(flag & 2)) continue;
        if (wanted.inert && kind !== "i") continue;
        if (wanted.since && !(full >= wanted.since)) continue;
        if (kind === "w") { within = within && within !== vote ? "m" : vote; continue; }
        votes.add(vote);
        flags.push(flag & 1);
      }
      if (within) { tally.within += 1; tally.improved += within === "f" ? 1 : 0; }
      if (!votes.size) continue;
      tally[votes.size === 1 ? [...votes][0] : "m"] += 1;
      tally.studies += 1;
      tally.target += flags.every(Boolean) ? 1 : 0;
    }
    return tally;
  }

  const band = (letter, number, text) => {
    const item = document.createElement("i"), bold = document.createElement("b");
    if (letter) item.className = letter;
    bold.textContent = number;
    item.append(bold, " " + text);
    return item;
  };

  const single = (letter, text) => {
    const item = document.createElement("i");
    if (letter) item.className = letter;
    item.textContent = `one ${text}`;
    return item;
  };

  /* Draw a cell again under a filter; its first content is kept to return to. */
  const first = new Map();
  function draw(link, wanted, filtered) {
    if (!known(link)[0]) return true;
    if (!first.has(link)) first.set(link, [...link.childNodes]);
    if (!filtered) { link.replaceChildren(...first.get(link)); return true; }
    const tally = count(known(link)[0], wanted), parts = [];
    for (const letter of [...SIDES, ...MARKERS])
      if (tally[letter]) parts.push(tally.studies === 1
        ? single(letter, `study: ${letter === "f" ? "favours" : WORDS[letter]}`)
        : band(letter, tally[letter], WORDS[letter]));
    if (tally.within) parts.push(tally.within === 1 ? single("", "within-group") : band("", tally.within, "within-group"));
    if (!parts.length) {
      const gone = document.createElement("span");
      gone.className = "te-gone";
      gone.textContent = "none under this filter";
      parts.push(gone);
    }
    for (const node of first.get(link)) if (node.className === "p") parts.push(node);
    if (tally.studies) {
      if ((tally.f && tally.a) || (tally.u && tally.d) || tally.m) {
        const sign = document.createElement("em");
        sign.textContent = "≠";
        parts.push(sign);
      }
      parts.push(`${target} ${tally.target}/${tally.studies}`);
    }
    for (const node of first.get(link)) if (/^r\b/.test(node.className)) parts.push(node);
    link.replaceChildren(...parts);
    return tally.studies + tally.within > 0;
  }

  const asked = () => {
    const data = new FormData(form);
    return {
      target: data.has("target"), randomised: data.has("randomised"), inert: data.has("inert"),
      reviewed: data.has("reviewed"), asserted: data.has("asserted"), disagree: data.has("disagree"), since: +data.get("since") || 0,
      group: data.get("group") || "", text: (data.get("text") || "").trim().toLowerCase(),
    };
  };

  function apply() {
    const wanted = asked();
    const filtered = wanted.target || wanted.randomised || wanted.inert || wanted.since > 0;
    table.parentElement.classList.toggle("te-unrev", wanted.reviewed);
    const matches = (row, label) => !wanted.text || label.toLowerCase().includes(wanted.text) ||
      (names[row.dataset.t] || "").includes(wanted.text);
    let shown = 0;
    for (const body of table.tBodies) {
      let any = false;
      for (const row of all("tr[data-t]", body)) {
        const cells = all("td>a", row);
        const left = cells.filter((link) => draw(link, wanted, filtered));
        let keep = matches(row, row.cells[0].textContent);
        if (keep && wanted.asserted) keep = cells.some((link) => link.querySelector(".r"));
        if (keep && (filtered || wanted.reviewed)) keep = left.some((link) => known(link)[0]);
        if (keep && wanted.disagree) keep = cells.some((link) => link.querySelector("em"));
        row.hidden = !keep;
        shown += keep ? 1 : 0;
        any = any || keep;
      }
      for (const row of all("tr.rest", body)) {
        const items = all("li", row);
        items.forEach((item) => { item.hidden = !matches(item, item.textContent); });
        row.hidden = filtered || wanted.asserted || wanted.disagree || wanted.reviewed || items.every((item) => item.hidden);
        any = any || !row.hidden;
      }
      body.hidden = (wanted.group && body.dataset.g !== wanted.group) || !any;
      if (body.hidden) shown -= all("tr[data-t]:not([hidden])", body).length;
      if ((wanted.text || wanted.group) && !body.hidden) fold(body, true);
    }
    const on = filtered || wanted.reviewed || wanted.asserted || wanted.disagree || wanted.group || wanted.text;
    form.querySelector(".te-shown").textContent = on ? `${shown} of ${rows.length} rows shown` : "";
    const query = new URLSearchParams();
    for (const [key, value] of new FormData(form)) if (value) query.set(key, value === "on" ? "1" : value);
    const address = query.size ? "?" + query : location.pathname;
    const here = document.activeElement.closest(".te-map td>a");
    if (here) read(here);
    try { history.replaceState(null, "", address + location.hash); } catch { /* a page opened from disk */ }
    fit();
    settle();
  }

  function fold(body, open) {
    const button = body.querySelector("tr.g button");
    button.setAttribute("aria-expanded", open);
    body.classList.toggle("folded", !open);
  }
  [...table.tBodies].forEach((body, index) => {
    const label = body.querySelector("tr.g b"), button = document.createElement("button");
    button.type = "button";
    button.textContent = label.textContent;
    label.replaceWith(button);
    button.addEventListener("click", () => {
      fold(body, button.getAttribute("aria-expanded") !== "true");
      settle();
    });
    fold(body, innerWidth > 720 || index === 0);
  });

  /* The reading line says a cell in the words of its page. */
  function read(link) {
    const row = link.closest("tr"), cell = link.parentElement, wanted = asked();
    const [code, year, sentence] = known(link), tally = count(code, wanted), parts = [];
    if (tally.studies) {
      const marked = tally.u + tally.d;
      const only = marked && marked + tally.n + tally.m === tally.studies;
      const order = only ? ["u", "d", "n", "m"] : marked ? [...SIDES, ...MARKERS] : SIDES;
      if (tally.studies === 1) {
        const vote = order.find((letter) => tally[letter]);
        parts.push(`One study: ${vote === "f" ? "favours" : WORDS[vote]} (${target} ${tally.target}); certainty not assessed.`);
      } else {
        const words = order.map((letter) => `${tally[letter]} ${WORDS[letter]}`).join(", ");
        parts.push(`${words}; ${studies(tally.studies)} (${target} ${tally.target}); certainty not assessed.`);
      }
    } else if (link.className) {
      parts.push(link.querySelector("i").textContent + ".");
    }
    if (tally.within) parts.push(`${tally.within === 1 ? "One study" : tally.within + " studies"} from baseline, no comparison.`);
    for (const note of all("u", link)) parts.push(note.textContent + (note.className === "p" ? ", not counted." : "."));
    if (year) parts.push(`Newest ${year}.`);
    if (sentence >= 0) parts.push(`The review asserts this: ${said[sentence]}`);
    const name = document.createElement("b");
    name.textContent = `${row.cells[0].textContent} × ${heads[cell.cellIndex]}.`;
    line.replaceChildren(name, " " + parts.join(" "));
  }
  line.hidden = false;
  for (const link of links) {
    link.addEventListener("mouseenter", () => read(link));
    link.addEventListener("focus", () => read(link));
  }

  /* Arrow keys walk from cell to cell; cells without a page are walked over. */
  table.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    const cell = event.target.closest("td, tr[data-t]>th");
    if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const seen = rows.filter((row) => row.offsetParent !== null);
    let y = seen.indexOf(cell.parentElement), x = cell.cellIndex;
    do {
      y += step[0];
      x += step[1];
      const found = seen[y] && seen[y].cells[x];
      if (!found) return;
      const link = found.querySelector("a");
      if (link) { link.focus(); link.scrollIntoView({ block: "nearest", inline: "nearest" }); event.preventDefault(); return; }
    } while (true);
  });

  const start = new URLSearchParams(location.search);
  for (const field of form.elements) {
    if (!field.name || !start.has(field.name)) continue;
    if (field.type === "checkbox") field.checked = true; else field.value = start.get(field.name);
  }
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  addEventListener("resize", fit);
  apply();
})();
