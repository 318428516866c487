// Shortcut keys for the review page, and quoting what was selected. The page works without it.
"use strict";
(() => {
  const KEYS_OFF = "curation-review-keys-off";
  const byKey = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const reasons = document.querySelector(".reasons");
  const note = document.getElementById("note");
  const keys = document.getElementById("keys");
  let asking = false; // "x" was pressed: the next digit is a reason
  let sent = false;

  const stored = () => { try { return localStorage.getItem(KEYS_OFF) === "1"; } catch { return false; } };
  let off = stored();
  const show = () => {
    document.documentElement.classList.toggle("nokeys", off);
    for (const box of document.querySelectorAll(".keys-on")) box.checked = !off;
  };
  for (const box of document.querySelectorAll(".keys-on")) {
    box.addEventListener("change", () => {
      off = !box.checked;
      try { if (off) localStorage.setItem(KEYS_OFF, "1"); else localStorage.removeItem(KEYS_OFF); } catch { /* kept for this page only */ }
      show();
    });
  }
  show();

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

  // A form is sent once, however often a key is pressed.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    const value = button && button.name === "action" ? button.value : "";
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
        note.focus();
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
    if (event.key === "?" && keys) { event.preventDefault(); keys.showModal(); return; }
    if (event.key === "x" && reasons && !reasons.disabled) {
      event.preventDefault();
      ask(true);
      tell("Reject as: press 1 to 9, or 0 for the other reasons. Esc leaves.");
      return;
    }
    if (event.key === "h" && document.getElementById("history")) {
      event.preventDefault();
      document.getElementById("history").focus();
      document.getElementById("history").scrollIntoView({ block: "center" });
      return;
    }
    const element = byKey(event.key);
    if (!element) return;
    event.preventDefault();
    if (element.matches("input,textarea,select")) element.focus();
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
      return Number(line.dataset.start) + [...range.toString()].length;
    };
    document.addEventListener("selectionchange", () => {
      const chosen = getSelection();
      if (!chosen.rangeCount || chosen.isCollapsed) return;
      const range = chosen.getRangeAt(0);
      const start = place(range.startContainer, range.startOffset);
      const end = place(range.endContainer, range.endOffset);
      if (start === null || end === null || end <= start) return;
      use.hidden = false;
      use.dataset.start = start;
      use.dataset.end = end;
    });
    use.addEventListener("click", () => {
      const form = use.form;
      form.elements.start.value = use.dataset.start;
      form.elements.end.value = use.dataset.end;
    });
  }
})();
