/* Small comforts that no page needs: sortable tables, ages of dates by the reader's own clock. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* The theme's search dialog has no name of its own. */
  for (const dialog of all(".md-search[role=dialog]")) dialog.setAttribute("aria-label", "Search");

  /* A browser gives a page on a disk no search index to read, and the theme then hides the search. */
  if (location.protocol === "file:") {
    const note = document.createElement("span");
    note.className = "te-offline";
    note.textContent = "Search needs a web server; the map can be filtered.";
    for (const search of all(".md-search")) search.after(note);
  }

  /* The permanent address of a claim leads on to its place. */
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (place && place.parentElement.className === "te-lasting") location.replace(place.querySelector("a").href);

  /* How fresh the site is stands in one small file, so that a new date rewrites no page. */
  const fresh = document.querySelector("[data-fresh]"), told = window.freshness;
  if (fresh && told) {
    const day = (text, at) => {
      const time = document.createElement("time");
      time.dateTime = time.textContent = at;
      time.dataset.age = "";
      return at ? [`${text}: `, time, ". "] : [`${text}: none yet. `];
    };
    fresh.replaceChildren(...day("Last complete search", told.search), ...day("Last decision", told.decision),
      `${told.reviewed} claims of ${told.studies} studies are accepted by curators; ${told.unreviewed} claims are unreviewed and counted nowhere; ${told.records} records are held.`);
  }

  for (const time of all("time[data-age]")) {
    const days = Math.floor((Date.now() - new Date(time.dateTime)) / 864e5);
    const age = days === 0 ? "today" : days === 1 ? "1 day ago" : `${days} days ago`;
    if (days >= 0) time.after(`, ${age} by your clock`);
  }
  for (const time of all("time[data-recheck]")) {
    const due = new Date(time.dateTime).getTime() + time.dataset.recheck * 864e5;
    if (Date.now() > due) {
      const note = document.createElement("b");
      note.className = "te-overdue";
      note.textContent = "; a new check is overdue";
      time.after(note);
    }
  }

  for (const table of all("table[data-sortable]")) {
    all("thead th", table).forEach((head, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
        const text = (body) => body.rows[0].cells[index].textContent.trim();
        [...table.tBodies]
          .sort((a, b) => down * text(a).localeCompare(text(b), undefined, { numeric: true }))
          .forEach((body) => table.append(body));
      });
    });
  }
})();
