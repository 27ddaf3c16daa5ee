/* Keeps every answer as it is given, and brings the questions that follow from it. Without this file the page works
   by its buttons alone. What is being typed is never touched: only questions that nobody is in are replaced. */
"use strict";

(() => {
  const print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  const strip = document.getElementById("filling-pages");
  const current = strip?.querySelector("[aria-current]");
  if (current) strip.scrollLeft += current.getBoundingClientRect().right - strip.getBoundingClientRect().right + 8;

  const form = document.getElementById("filling-form");
  if (!form) return;

  const status = document.getElementById("filling-status");
  const waiting = new Set(); // keys of questions whose answer is not kept yet
  let busy = false;
  let leaving = false;
  let sending = null; // the button that was pressed while an answer was still on its way

  const say = (name) => {
    status.textContent = name ? form.dataset[name] : "";
    status.classList.toggle("filling-lost", name === "lost" || name === "ended");
  };
  const blockOf = (element) => element.closest("[data-key]");
  const isAnswer = (element) => /^[vtufxp]-/.test(element.name || "");

  form.addEventListener("input", (event) => {
    const block = blockOf(event.target);
    if (block && isAnswer(event.target)) block.dataset.typing = "yes";
  });
  form.addEventListener("change", (event) => {
    const block = blockOf(event.target);
    if (!block || !isAnswer(event.target)) return;
    waiting.add(block.dataset.key);
    keep();
  });
  form.addEventListener("submit", (event) => {
    if (busy) {
      event.preventDefault();
      sending = event.submitter;
    } else {
      leaving = true;
    }
  });

  window.addEventListener("focus", keep); // back from signing in again, in another tab

  const isGiven = (field) => {
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max([...field.options].findIndex((each) => each.defaultSelected), 0);
  };

  // On a slow line somebody answers before this file has come.
  for (const field of form.querySelectorAll("input, select, textarea")) {
    const block = blockOf(field);
    if (!block || !isAnswer(field) || !isGiven(field)) continue;
    block.dataset.typing = "yes";
    if (field !== document.activeElement) waiting.add(block.dataset.key);
  }
  keep();

  async function keep() {
    if (busy || leaving || !waiting.size) return;
    busy = true;
    const sent = [...waiting];
    waiting.clear();
    say("saving");
    try {
      const answer = await fetch(form.action, { method: "POST", body: bodyOf(sent), credentials: "same-origin" });
      if (!leaving) await take(answer, sent);
    } catch {
      sent.forEach((key) => waiting.add(key));
      say("lost");
      setTimeout(keep, 5000);
    }
    busy = false;
    const button = sending;
    sending = null;
    if (status.classList.contains("filling-lost")) return; // what is typed stays here, and is sent again
    if (button) form.requestSubmit(button.isConnected ? button : undefined);
    else if (waiting.size) keep();
  }

  function bodyOf(keys) {
    const body = new FormData();
    const all = new FormData(form);
    for (const name of ["csrf", "seen"]) body.set(name, all.get(name));
    for (const key of all.getAll("open")) body.append("open", key);
    body.set("do", "keep");
    for (const key of keys) {
      body.append("on", key);
      for (const [name, value] of all) if (name.slice(2) === key && name[1] === "-") body.append(name, value);
    }
    return body;
  }

  async function take(answer, sent) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("filling-form");
    if (answer.status === 413) return say("large");
    if (!fresh) {
      const renewed = page.querySelector("#again [name=csrf]");
      if (renewed) form.elements.namedItem("csrf").value = renewed.value; // signed in again, in another tab
      const ended = page.getElementById("password");
      if (ended || renewed) sent.forEach((key) => waiting.add(key));
      if (ended) return say("ended");
      if (renewed) return say("saving");
      if (answer.redirected && answer.ok) return window.location.assign(answer.url);
      throw new Error(answer.status);
    }
    if (fresh.getAttribute("action") !== form.getAttribute("action")) return window.location.assign(answer.url);
    for (const key of sent) delete document.getElementById(`ask-${key}`)?.dataset.typing;
    document.getElementById("filling-seen").value = page.getElementById("filling-seen").value;
    for (const id of ["filling-pages", "filling-said"]) swap(document.getElementById(id), page.getElementById(id));
    merge(document.getElementById("filling-asks"), page.getElementById("filling-asks"));
    const wrong = sent.some((key) => document.getElementById(`ask-${key}`)?.classList.contains("filling-wrong"));
    say(answer.status === 409 || wrong ? "" : "saved");
  }

  /* The same element where nothing changed, so that neither focus nor scrolling jumps. */
  function swap(old, fresh) {
    if (old && fresh && old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
  }

  function isHeld(block) {
    return block.contains(document.activeElement) || "typing" in block.dataset || waiting.has(block.dataset.key);
  }

  function merge(old, fresh) {
    const wanted = [...fresh.children];
    const keep = new Set(wanted.map((each) => each.id).filter(Boolean));
    for (const block of [...old.children]) if (!block.id || !keep.has(block.id)) block.remove();
    let after = null;
    for (const each of wanted) {
      const here = each.id ? document.getElementById(each.id) : null;
      let placed = document.importNode(each, true);
      if (here && isHeld(here)) placed = notes(here, placed);
      else if (here && here.dataset.seen === each.innerHTML) placed = here;
      else if (here) here.replaceWith(placed);
      placed.dataset.seen = each.innerHTML;
      if (after ? after.nextElementSibling !== placed : old.firstElementChild !== placed) {
        if (after) after.after(placed);
        else old.prepend(placed);
      }
      after = placed;
    }
  }

  /* Somebody is in this question: its field stays, what is said about it is renewed. */
  function notes(here, fresh) {
    const said = ".invalid-feedback, .filling-offers, .filling-typed, .filling-new-mark";
    here.querySelectorAll(said).forEach((each) => each.remove());
    fresh.querySelectorAll(said).forEach((each) => here.append(each));
    here.classList.toggle("filling-wrong", fresh.classList.contains("filling-wrong"));
    here.classList.toggle("filling-new", fresh.classList.contains("filling-new"));
    const wrong = here.querySelector(".invalid-feedback");
    here.querySelectorAll("input, select, textarea").forEach((field) => {
      field.classList.toggle("is-invalid", Boolean(wrong) && field.type !== "hidden");
      if (wrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    });
    return here;
  }
})();
