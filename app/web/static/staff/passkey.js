/* Passkeys: asks the server what is to be signed, has the device sign it, and posts the answer with
   the form. Without script, or in a browser that has none, these forms stay hidden. */
(function () {
  "use strict";

  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (one) { return one.charCodeAt(0); }).buffer;
  }

  function text(buffer) {
    var raw = "";
    new Uint8Array(buffer).forEach(function (one) { raw += String.fromCharCode(one); });
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function named(list) {
    return (list || []).map(function (one) {
      return Object.assign({}, one, { id: bytes(one.id) });
    });
  }

  function create(asked) {
    asked.challenge = bytes(asked.challenge);
    asked.user.id = bytes(asked.user.id);
    asked.excludeCredentials = named(asked.excludeCredentials);
    return navigator.credentials.create({ publicKey: asked }).then(function (made) {
      return answered(made, {
        attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      });
    });
  }

  function get(asked) {
    asked.challenge = bytes(asked.challenge);
    asked.allowCredentials = named(asked.allowCredentials);
    return navigator.credentials.get({ publicKey: asked }).then(function (made) {
      var handle = made.response.userHandle;
      return answered(made, {
        authenticatorData: text(made.response.authenticatorData),
        signature: text(made.response.signature),
        userHandle: handle ? text(handle) : null,
      });
    });
  }

  function answered(made, response) {
    response.clientDataJSON = text(made.response.clientDataJSON);
    return JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type, response: response,
    });
  }

  function ask(form) {
    var token = form.elements.csrf_token.value;
    return fetch(form.dataset.ask, {
      method: "POST",
      credentials: "same-origin",
      body: new URLSearchParams({ csrf_token: token, purpose: form.dataset.passkey }),
    }).then(function (reply) {
      if (!reply.ok) { throw new Error("refused"); }
      return reply.json();
    });
  }

  function prepare(form) {
    var told = form.querySelector("[data-failed]");
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      told.hidden = true;
      ask(form)
        .then(form.dataset.passkey === "register" ? create : get)
        .then(function (answer) {
          form.elements.passkey_answer.value = answer;
          form.submit();
        })
        .catch(function () { told.hidden = false; });
    });
  }

  if (window.PublicKeyCredential) {
    document.querySelectorAll("form[data-passkey]").forEach(prepare);
    document.querySelectorAll("[data-no-passkeys]").forEach(function (one) { one.hidden = true; });
  }
})();
