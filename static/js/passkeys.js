// Passkeys. A button with data-passkey ("get" proves one, "create" makes one) begins at data-begin, asks the browser,
// and sends its answer to data-end, with the fields of its form that data-fields names. Words come from the page.
"use strict";

(() => {
  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const described = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

  const fieldsOf = (button) => {
    const all = new FormData(button.form);
    const named = (button.dataset.fields || "").split(" ").filter((name) => all.has(name));
    return Object.fromEntries(named.map((name) => [name, all.get(name)]));
  };

  async function send(button, path, body) {
    const response = await fetch(path, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "X-CSRFToken": button.form.elements.csrf_token.value,
      },
      body: JSON.stringify(body),
    });
    if (response.type === "opaqueredirect") {
      return { next: "/confirm?next=" + encodeURIComponent(location.pathname) };
    }
    const said = await response.json().catch(() => ({}));
    if (!response.ok) {
      throw new Error(said.detail || button.dataset.failed);
    }
    return said;
  }

  async function prove(asked) {
    const options = { ...asked, challenge: toBytes(asked.challenge), allowCredentials: described(asked.allowCredentials) };
    const key = await navigator.credentials.get({ publicKey: options });
    return {
      id: key.id, rawId: toText(key.rawId), type: key.type,
      response: {
        clientDataJSON: toText(key.response.clientDataJSON),
        authenticatorData: toText(key.response.authenticatorData),
        signature: toText(key.response.signature),
        userHandle: key.response.userHandle ? toText(key.response.userHandle) : null,
      },
    };
  }

  async function make(asked) {
    const options = {
      ...asked, challenge: toBytes(asked.challenge), user: { ...asked.user, id: toBytes(asked.user.id) },
      excludeCredentials: described(asked.excludeCredentials),
    };
    const key = await navigator.credentials.create({ publicKey: options });
    return {
      id: key.id, rawId: toText(key.rawId), type: key.type,
      response: {
        clientDataJSON: toText(key.response.clientDataJSON),
        attestationObject: toText(key.response.attestationObject),
        transports: key.response.getTransports ? key.response.getTransports() : [],
      },
    };
  }

  const wordsFor = (error, button) => {
    if (error.name === "InvalidStateError") {
      return button.dataset.known;
    }
    return error instanceof DOMException ? button.dataset.cancelled : error.message || button.dataset.failed;
  };

  async function run(button, problem) {
    problem.hidden = true;
    button.disabled = true;
    try {
      const fields = fieldsOf(button);
      const asked = await send(button, button.dataset.begin, fields);
      const answer = asked.next ? null : await (button.dataset.passkey === "create" ? make : prove)(asked);
      const done = answer ? await send(button, button.dataset.end, { ...fields, answer }) : asked;
      location.assign(done.next);
    } catch (error) {
      problem.querySelector("span").textContent = wordsFor(error, button);
      problem.hidden = false;
      button.disabled = false;
      button.focus();
    }
  }

  if (!window.PublicKeyCredential) {
    return;
  }
  for (const box of document.querySelectorAll("[data-passkey-box]")) {
    const button = box.querySelector("[data-passkey]");
    const problem = box.querySelector("[role=alert]");
    box.querySelector("[data-passkey-without]").hidden = true;
    button.hidden = false;
    button.addEventListener("click", () => run(button, problem));
    if (!button.form.querySelector("[type=submit]")) {
      button.form.addEventListener("submit", (event) => {
        event.preventDefault();
        button.click();
      });
    }
  }
})();
