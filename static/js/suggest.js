// Suggestions below a search box. A field with data-suggest (the address that is asked) and data-suggest-label (what its
// list is called) stays what it is without this: typing on and pressing Enter searches as before.
"use strict";

(() => {
  const PAUSE = 200; // milliseconds without a key
  const ENOUGH = /[가-힣]|\S.*\S/; // two letters, or one syllable of Hangul

  function attach(input, number) {
    const form = input.form;
    const list = document.createElement("ul");
    const status = document.createElement("p");
    let items = [];
    let active = -1;
    let timer = 0;
    let asking = null;

    list.id = `suggestions-${number}`;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.suggestLabel);
    status.className = "vh";
    status.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    form.append(list, status);

    function close() {
      window.clearTimeout(timer);
      asking?.abort();
      list.hidden = true;
      status.textContent = "";
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    }

    function choose(which) {
      list.children[active]?.setAttribute("aria-selected", "false");
      active = which;
      const option = list.children[active];
      if (option) {
        option.setAttribute("aria-selected", "true");
        option.scrollIntoView({ block: "nearest" });
        input.setAttribute("aria-activedescendant", option.id);
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    }

    const go = (item) => location.assign(item.url);

    function optionFor(item, which) {
      const option = document.createElement("li");
      const label = document.createElement("span");
      const kind = document.createElement("span");
      label.textContent = item.label;
      label.lang = item.language;
      kind.textContent = item.kind_name;
      kind.className = "kind";
      option.id = `${list.id}-${which}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(label, " ", kind);
      option.addEventListener("click", () => go(item));
      option.addEventListener("pointermove", () => which === active || choose(which));
      return option;
    }

    function show(found) {
      choose(-1);
      items = found.items;
      list.replaceChildren(...items.map(optionFor));
      list.hidden = !items.length;
      input.setAttribute("aria-expanded", String(items.length > 0));
      status.textContent = found.said;
    }

    async function ask() {
      const typed = input.value.trim();
      asking?.abort();
      asking = new AbortController();
      const { signal } = asking;
      try {
        const address = `${input.dataset.suggest}?${new URLSearchParams({ q: typed })}`;
        const response = await fetch(address, { signal, headers: { Accept: "application/json" } });
        const found = response.ok ? await response.json() : { items: [], said: "" };
        if (!signal.aborted && document.activeElement === input) {
          show(found);
        }
      } catch {
        // Without an answer the box searches as it always does.
      }
    }

    // Also while a syllable is being put together: otherwise Korean would be asked for one word late.
    input.addEventListener("input", () => {
      window.clearTimeout(timer);
      if (ENOUGH.test(input.value.trim())) {
        timer = window.setTimeout(ask, PAUSE);
      } else {
        close();
      }
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) {
        return;
      }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        // One place among the options is the box itself.
        const places = items.length + 1;
        choose(((active + 1 + (event.key === "ArrowDown" ? 1 : -1) + places) % places) - 1);
      } else if (event.key === "Enter" && items[active]) {
        go(items[active]);
      } else if (event.key === "Escape") {
        close();
      } else {
        return;
      }
      event.preventDefault();
    });
    input.addEventListener("blur", close);
    form.addEventListener("submit", close);
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  }

  document.querySelectorAll("input[data-suggest]").forEach((input, number) => {
    if (input.getAttribute("role") !== "combobox") {
      attach(input, number);
    }
  });
})();
