// Writing. Without this a form is saved with its buttons. With it fields with data-most count their characters, and a form
// with data-copy keeps what is typed at that address while it is typed, says so where data-said is, and holds it in this
// window while the hub does not answer.
"use strict";

(() => {
  const PAUSE = 2500; // milliseconds without a key
  const APART = 8000; // milliseconds between two, unless the page is left
  const AGAIN = 20000; // milliseconds until it is tried again
  const SMALL = 60000; // characters that a browser sends after its page is gone
  const SHORT = 600; // a limit that is shown from its half on
  const NEAR = 0.9; // of a limit
  const language = document.documentElement.lang || "en";
  const number = new Intl.NumberFormat(language);
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const say = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // Counting.

  function count(form) {
    const status = document.createElement("p");
    status.className = "vh";
    status.setAttribute("role", "status");
    form.append(status);
    let timer = 0;

    const show = (field) => {
      const most = Number(field.dataset.most);
      const found = [...field.value.trim()].length;
      let line = field.parentElement.querySelector(".sofar");
      const isNear = found >= most * NEAR;
      const isShort = most <= SHORT && !("quiet" in field.dataset);
      if (!isNear && (!isShort || found < most / 2)) {
        line?.remove();
        return "";
      }
      if (!line) {
        line = document.createElement("small");
        line.className = "sofar";
        field.after(line);
      }
      const words = found > most
        ? say(form.dataset.over, { over: number.format(found - most) })
        : say(form.dataset.count, { found: number.format(found), most: number.format(most) });
      line.textContent = words;
      line.classList.toggle("is-over", found > most);
      return isNear ? words : "";
    };

    form.querySelectorAll("[data-most]").forEach(show);
    form.addEventListener("input", (event) => {
      if (event.target.dataset.most) {
        const words = show(event.target);
        clearTimeout(timer);
        timer = setTimeout(() => (status.textContent = words), 1000);
      }
    });
  }

  // Keeping.

  function keep(form) {
    const said = form.querySelector("[data-said]");
    const place = `unsaved ${form.dataset.copy}`;
    const version = form.elements.version.value;
    const secret = new Set(form.dataset.secret.split(" ")); // never held in the window
    const typed = () =>
      [...new FormData(form)].filter(
        ([name, value]) => typeof value === "string" && !/^(csrf_token|form_key|step|file.*)$/.test(name),
      );
    const spelled = () => new URLSearchParams(typed()).toString();
    const windowName = crypto.getRandomValues(new Uint32Array(2)).join("-"); // what it sends is counted, as two may cross
    let number = 0;
    let known = spelled();
    let timer = 0;
    let sentAt = -APART;
    let asking = null;
    let isLeaving = false;

    const tell = (words, signIn = false) => {
      said.hidden = false;
      said.textContent = words;
      if (signIn) {
        const link = document.createElement("a");
        link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
        link.textContent = form.dataset.login;
        said.append(" ", link);
      }
    };

    const hold = (isSent) => {
      const entries = typed().filter(([name]) => !secret.has(name));
      try {
        sessionStorage.setItem(place, JSON.stringify({ me: form.dataset.me, version, isSent, entries }));
      } catch {
        // a window that keeps nothing
      }
    };

    const later = (pause) => {
      clearTimeout(timer);
      timer = setTimeout(() => send(), Math.max(pause, sentAt + APART - performance.now()));
    };

    async function send(isLast = false) {
      const text = spelled();
      if (isLeaving || text === known || (asking && !isLast)) {
        return;
      }
      clearTimeout(timer);
      asking = new AbortController();
      sentAt = performance.now();
      const body = new URLSearchParams(typed());
      body.set("csrf_token", form.elements.csrf_token.value);
      try {
        const address = new URL(form.dataset.copy, location.href);
        address.searchParams.set("window", windowName);
        address.searchParams.set("number", ++number);
        const response = await fetch(address, {
          method: "POST",
          credentials: "same-origin",
          redirect: "manual",
          headers: { Accept: "application/json" },
          keepalive: isLast && body.toString().length < SMALL,
          signal: asking.signal,
          body,
        });
        const answer = await response.json().catch(() => ({}));
        if (response.ok) {
          known = text;
          form.dataset.keeping = spelled() === text ? "kept" : "waiting";
          sessionStorage.removeItem(place);
          tell(say(form.dataset.kept, { time: clock.format(new Date(answer.saved_at)) }));
        } else {
          hold(false);
          const isOut = response.type === "opaqueredirect" || [401, 403].includes(response.status);
          tell(isOut ? form.dataset.ended : answer.detail || form.dataset.unkept, isOut);
          later(AGAIN);
        }
      } catch {
        if (!isLeaving) {
          hold(false);
          tell(form.dataset.unkept);
          later(AGAIN);
        }
      }
      asking = null;
      if (!isLeaving && spelled() !== text) {
        later(PAUSE);
      }
    }

    function putBack() {
      let held = null;
      try {
        held = JSON.parse(sessionStorage.getItem(place) || "null");
        sessionStorage.removeItem(place);
      } catch {
        return;
      }
      if (!held || held.me !== form.dataset.me || "unsent" in form.dataset || (held.isSent && held.version !== version)) {
        return;
      }
      const of = (name) => held.entries.filter(([each]) => each === name).map(([, value]) => value);
      const seen = {};
      for (const field of form.elements) {
        if (!field.name || secret.has(field.name) || /^(csrf_token|form_key|step|case|do|add_row|file.*)$/.test(field.name)) {
          continue;
        }
        const wanted = of(field.name);
        if (field.type === "checkbox" || field.type === "radio") {
          field.checked = wanted.includes(field.value);
        } else {
          const at = (seen[field.name] = (seen[field.name] ?? -1) + 1);
          field.value = wanted[at] ?? field.value;
        }
      }
      if (spelled() !== known) {
        tell(form.dataset.restored);
        later(0);
      }
    }

    form.addEventListener("input", () => {
      form.dataset.keeping = "waiting";
      later(PAUSE);
    });
    form.addEventListener("change", () => later(0)); // a field was left
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send(true));
    window.addEventListener("pagehide", () => send(true));
    window.addEventListener("online", () => send());
    form.addEventListener("submit", () => {
      isLeaving = true;
      clearTimeout(timer);
      asking?.abort();
      if (!("proposes" in form.dataset)) {
        hold(true);
      }
    });
    window.addEventListener("pageshow", (event) => event.persisted && (isLeaving = false));
    if ("unsent" in form.dataset) {
      known = "";
      later(PAUSE);
    }
    putBack();
  }

  document.querySelectorAll("form[data-count]").forEach((form) => {
    if (form.dataset.copy) {
      keep(form);
    }
    count(form);
  });
})();
