// Shortcut keys for the review page, and quoting what was selected. The page works without it.
"use strict";
(() => {
  const KEYS_OFF = "curation-review-keys-off";
  const OWN_KEYS = "curation-review-keys";
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => {
    try { if (value === null) localStorage.removeItem(name); else localStorage.setItem(name, value); } catch { /* for this page only */ }
  };
  const byKey = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const reasons = document.querySelector(".reasons");
  const note = document.getElementById("note");
  const keys = document.getElementById("keys");
  const more = document.getElementById("more");
  let asking = false; // "x" was pressed: the next digit is a reason
  let sent = false;

  // Keys of one's own: the first key of each action, and what it was given instead.
  const firstKeys = [...document.querySelectorAll("[data-of]")].map((one) => one.dataset.of);
  const read = () => {
    try {
      const found = JSON.parse(kept(OWN_KEYS) || "{}");
      return Object.fromEntries(Object.entries(found).filter(([first, own]) => firstKeys.includes(first) && typeof own === "string" && [...own].length === 1));
    } catch { return {}; }
  };
  let own = read();
  const keyOf = (first) => own[first] ?? first;
  const firstOf = (pressed) => {
    const given = Object.entries(own).find(([, key]) => key === pressed);
    if (given) return given[0];
    return pressed in own ? null : pressed; // a key that was given away does nothing
  };
  const label = () => {
    for (const one of document.querySelectorAll("kbd[data-of]")) one.textContent = keyOf(one.dataset.of);
    for (const one of document.querySelectorAll("[data-key]")) {
      const key = keyOf(one.dataset.key);
      if (one.hasAttribute("aria-keyshortcuts")) one.setAttribute("aria-keyshortcuts", key === key.toLowerCase() ? key : `Shift+${key}`);
      const shown = one.querySelector("kbd") || (one.id && document.querySelector(`label[for="${CSS.escape(one.id)}"] kbd`));
      if (shown && !shown.dataset.of) shown.textContent = key;
    }
  };

  let off = kept(KEYS_OFF) === "1";
  const show = () => {
    document.documentElement.classList.toggle("nokeys", off);
    for (const box of document.querySelectorAll(".keys-on")) box.checked = !off;
  };
  for (const box of document.querySelectorAll(".keys-on")) {
    box.addEventListener("change", () => {
      off = !box.checked;
      keep(KEYS_OFF, off ? "1" : null);
      show();
    });
  }
  show();
  label();

  const remap = document.getElementById("remap");
  if (remap) {
    const told = document.getElementById("remap-told");
    const fields = [...remap.querySelectorAll("input[data-of]")];
    for (const field of fields) {
      field.value = keyOf(field.dataset.of);
      field.addEventListener("focus", () => field.select());
      field.addEventListener("input", () => {
        const wanted = field.value.trim();
        const taken = fields.find((other) => other !== field && keyOf(other.dataset.of) === wanted);
        if (!wanted || taken || /^[0-9]$/.test(wanted)) {
          told.textContent = !wanted ? "" : taken ? `${wanted} is taken: ${taken.labels[0].textContent}.` : "Digits are the reasons of a rejection.";
          field.setAttribute("aria-invalid", "true");
          return;
        }
        told.textContent = "";
        field.removeAttribute("aria-invalid");
        if (wanted === field.dataset.of) delete own[wanted]; else own[field.dataset.of] = wanted;
        keep(OWN_KEYS, JSON.stringify(own));
        label();
      });
      field.addEventListener("blur", () => { field.value = keyOf(field.dataset.of); field.removeAttribute("aria-invalid"); });
    }
    remap.addEventListener("submit", (event) => event.preventDefault());
    remap.addEventListener("reset", (event) => {
      event.preventDefault();
      own = {};
      keep(OWN_KEYS, null);
      for (const field of fields) field.value = field.dataset.of;
      told.textContent = "";
      label();
    });
  }

  const ask = (on) => {
    asking = on;
    if (reasons) reasons.classList.toggle("asked", on);
  };
  const tell = (text) => {
    let line = document.querySelector(".deck .problem");
    if (!line) {
      line = document.createElement("p");
      line.className = "problem";
      line.setAttribute("role", "alert");
      document.querySelector("#decision").prepend(line);
    }
    line.textContent = text;
  };
  const press = (element) => { if (element && !element.disabled && !sent) element.click(); };
  const writeNote = () => { if (more) more.checked = true; note.focus(); };

  // A form is sent once, however often a key is pressed.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const button = event.submitter;
    const value = button && ["action", "settle"].includes(button.name) ? button.value : "";
    if (event.target.id === "decision") {
      if (value === "reject" && !event.target.querySelector("[name=reason]:checked")) {
        event.preventDefault();
        ask(true);
        tell(off ? "Choose a reason in the row above." : "Choose a reason: 1 to 9, or one in the row. Esc leaves.");
        reasons.querySelector("input").focus();
        return;
      }
      if (value === "flag" && !note.value.trim()) {
        event.preventDefault();
        tell("Say in the note what should be looked at, then flag.");
        writeNote();
        return;
      }
    }
    if (sent && event.target.method === "post") event.preventDefault();
    if (event.target.method === "post") sent = true;
  });
  addEventListener("pageshow", (event) => { sent = false; if (event.persisted) location.reload(); });

  // A quote below the edge comes into view; the page moves no further than needed.
  const quote = document.getElementById("quote");
  const deck = document.querySelector(".deck");
  if (quote && deck && !location.hash && !scrollY && !document.querySelector("[autofocus]")) {
    const end = [...document.querySelectorAll("mark.quote.closes")][0] || quote;
    const hidden = end.getBoundingClientRect().bottom + 40 - deck.getBoundingClientRect().top;
    if (hidden > 0) scrollBy({ top: hidden, behavior: "instant" });
  }

  const reject = (digit) => {
    const radios = reasons.querySelectorAll("input");
    if (digit === 0) { radios[9].focus(); radios[9].checked = true; radios[9].scrollIntoView({ block: "nearest", inline: "center" }); return; }
    radios[digit - 1].checked = true;
    press(byKey("x"));
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input:not([type=radio]):not([type=checkbox]),textarea,select");
    const save = document.getElementById("save");
    if (event.key === "Enter" && event.ctrlKey && save) { event.preventDefault(); press(save); return; }
    if (event.key === "Escape" && !(keys && keys.open)) {
      ask(false);
      if (event.target !== document.body) event.target.blur();
      else if (document.getElementById("back")) document.getElementById("back").click();
      return;
    }
    if (off || field || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || (keys && keys.open)) return;
    if (asking && reasons && /^[0-9]$/.test(event.key)) { event.preventDefault(); reject(Number(event.key)); return; }
    const key = firstOf(event.key);
    if (key === null) return;
    if (key === "?" && keys) { event.preventDefault(); keys.showModal(); return; }
    if (key === "x" && reasons && !reasons.disabled) {
      event.preventDefault();
      ask(true);
      tell("Reject as: press 1 to 9, or 0 for the other reasons. Esc leaves.");
      return;
    }
    if (key === "h" && document.getElementById("history")) {
      event.preventDefault();
      document.getElementById("history").focus();
      document.getElementById("history").scrollIntoView({ block: "center" });
      return;
    }
    const element = byKey(key);
    if (!element) return;
    event.preventDefault();
    if (element === note) writeNote();
    else if (element.matches("input,textarea,select")) element.focus();
    else press(element);
  });
  const sheet = byKey("?");
  if (sheet && keys) sheet.addEventListener("click", (event) => { event.preventDefault(); keys.showModal(); });

  // Quote what was selected: offsets count Unicode code points in the stored text.
  const use = document.getElementById("use-selection");
  if (use) {
    const place = (node, offset) => {
      const line = (node.nodeType === 1 ? node : node.parentElement).closest("[data-start]");
      if (!line) return null;
      const range = document.createRange();
      range.setStart(line, 0);
      range.setEnd(node, offset);
      return { line, at: Number(line.dataset.start) + [...range.toString()].length };
    };
    let chosenText = "";
    document.addEventListener("selectionchange", () => {
      const chosen = getSelection();
      if (!chosen.rangeCount || chosen.isCollapsed) return;
      const range = chosen.getRangeAt(0);
      const start = place(range.startContainer, range.startOffset);
      const end = place(range.endContainer, range.endOffset);
      if (!start || !end || end.at <= start.at || start.line.dataset.field !== end.line.dataset.field) return;
      use.hidden = false;
      use.dataset.start = start.at;
      use.dataset.end = end.at;
      use.dataset.field = start.line.dataset.field || "";
      // The sections of an abstract are joined by one newline each.
      const lines = [...document.querySelectorAll(`[data-field="${start.line.dataset.field}"]`)];
      const whole = lines.map((line) => line.textContent).join("\n");
      chosenText = [...whole].slice(start.at, end.at).join("");
    });
    use.addEventListener("click", () => {
      const form = use.form;
      form.elements.start.value = use.dataset.start;
      form.elements.end.value = use.dataset.end;
      if (!use.dataset.field) return;
      form.elements.field.value = use.dataset.field;
      form.elements.quote.value = chosenText;
    });
  }
})();
