// The chat page without reloading: sends forms, shows what is new, never loses what was typed. The page works without it.
"use strict";

(() => {
  const POLL_VISIBLE_MS = 1500;
  const POLL_HIDDEN_MS = 15000;
  const GIVE_UP_MS = 60000;
  const WAITING_AFTER_MS = 500;
  const LARGEST_FILE = 20 * 1024 * 1024;

  const log = document.getElementById("log");
  const composer = document.getElementById("composer");
  const box = document.getElementById("text");
  const words = document.body.dataset;

  let after = Number(log.dataset.after);
  let got = [];
  let queue = Promise.resolve();
  let timer = 0;
  let polling = false;

  // ---- what is shown

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  const lastDay = () => {
    const days = log.querySelectorAll(".chat-day time");
    return days.length ? days[days.length - 1].dateTime : "";
  };

  let newest = null; // what was scrolled to last: a picture in it may still grow

  const scrollTo = (first, last) => {
    newest = [first, last];
    const height = last.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
    const room = window.innerHeight * 0.7;
    if (height > room) first.scrollIntoView({ block: "start" });
    else last.scrollIntoView({ block: "end" });
  };

  log.addEventListener("load", () => newest && scrollTo(...newest), true);
  for (const moved of ["wheel", "touchmove"]) {
    document.addEventListener(moved, () => (newest = null), { passive: true });
  }

  const offerLocation = (root) => {
    if (!navigator.geolocation || !window.isSecureContext) return;
    for (const button of root.querySelectorAll('[data-ask="location"]')) {
      button.parentElement.hidden = false;
      button.closest("form").hidden = false;
    }
  };

  // Our own bubble, shown before it was sent, gives way to the real one; the day's heading comes before it.
  const place = (fresh, pending) => {
    const added = [];
    for (const [index, element] of fresh.entries()) {
      if (element.id && document.getElementById(element.id)) continue;
      if (pending && element.classList.contains("bubble-out")) {
        pending.replaceWith(element);
        pending = null;
        newest = [element, element];
      } else if (pending && fresh.slice(index).some((later) => later.classList.contains("bubble-out"))) {
        pending.before(element);
      } else {
        log.append(element);
        added.push(element);
      }
    }
    if (waiting.isConnected) log.append(waiting);
    offerLocation(log);
    if (added.length) scrollTo(added[0], added[added.length - 1]);
    return added.length;
  };

  const bars = (fresh) => {
    const time = fresh.querySelector("#clock-now");
    const clock = document.getElementById("clock-now");
    if (time && clock) clock.replaceWith(time);
    const progress = document.getElementById("progress");
    const now = fresh.querySelector("#progress");
    if (progress && now) progress.replaceWith(now);
    else if (progress) progress.remove();
    else if (now) log.parentElement.before(now);
    const subtitle = fresh.querySelector("#subtitle");
    document.getElementById("subtitle").textContent = subtitle.textContent;
    if (subtitle.lang !== document.documentElement.lang) location.reload(); // the other language, from the other side
  };

  const receive = async (response, pending) => {
    if (response.status === 204) return 0;
    const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
    const count = place([...parsed.querySelector("#fresh").children], pending);
    bars(parsed.querySelector("#bars"));
    after = Math.max(after, Number(response.headers.get("X-Chat-After")));
    got.push(...response.headers.get("X-Chat-Got").split(",").filter(Boolean));
    return count;
  };

  // Three dots, once an answer takes a moment.
  const waiting = make("div", "bubble bubble-in bubble-waiting");
  waiting.setAttribute("role", "status");
  waiting.setAttribute("aria-label", words.writing);
  waiting.append(make("span"), make("span"), make("span"));

  const lost = make("p", "chat-notice", words.disconnected);

  const notice = (text, link) => {
    const element = make("p", "chat-notice", text);
    element.setAttribute("role", "alert");
    if (link) {
      const anchor = make("a", "", link);
      anchor.href = "/chat";
      element.append(" ", anchor);
    }
    log.append(element);
    element.scrollIntoView({ block: "end" });
  };

  // ---- what is said

  const own = (text) => {
    for (const hint of log.querySelectorAll("[data-hint]")) hint.remove();
    const bubble = make("article", "bubble bubble-out bubble-new");
    const line = make("p", "bubble-text", text);
    line.dir = "auto";
    bubble.append(line);
    log.append(bubble);
    bubble.scrollIntoView({ block: "end" });
    return bubble;
  };

  const stepBack = (chosen) => {
    for (const form of log.querySelectorAll(".choices")) {
      form.classList.add("choices-old");
      for (const button of form.querySelectorAll('[data-ask="location"]')) button.parentElement.remove();
    }
    if (!chosen) return;
    chosen.classList.add("choice-chosen");
    chosen.setAttribute("aria-pressed", "true");
  };

  const name = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const offerAgain = (bubble, data) => {
    const again = make("div", "choices");
    again.setAttribute("role", "alert");
    const button = make("button", "choice", words.again);
    button.type = "button";
    button.addEventListener("click", () => {
      again.remove();
      log.append(bubble);
      send(data, bubble);
    });
    again.append(make("p", "chat-notice", words.notSent), button);
    bubble.after(again);
    again.scrollIntoView({ block: "end" });
  };

  const deliver = async (data, bubble) => {
    data.set("after", String(after));
    data.set("day", lastDay());
    const dots = setTimeout(() => {
      log.append(waiting);
      waiting.scrollIntoView({ block: "end" });
    }, WAITING_AFTER_MS);
    try {
      const response = await fetch("/chat/say", {
        method: "POST",
        body: data,
        headers: { "X-Requested-With": "chat" },
        redirect: "error",
        signal: AbortSignal.timeout(GIVE_UP_MS),
      });
      if (response.ok) {
        await receive(response, bubble);
      } else if (response.status === 413) {
        bubble.remove();
        notice(words.tooLarge);
      } else if (response.status === 403) {
        notice(words.refused, words.openAgain);
      } else {
        throw new Error(String(response.status));
      }
    } catch {
      offerAgain(bubble, data);
    } finally {
      clearTimeout(dots);
      waiting.remove();
    }
    schedule();
  };

  // One after another, so that what was said first arrives first.
  const send = (data, bubble) => {
    queue = queue.then(() => deliver(data, bubble));
    return queue;
  };

  const say = (form, fields, text) => {
    const data = new FormData();
    for (const field of ["csrf", "start"]) {
      const input = form.elements.namedItem(field);
      if (input) data.set(field, input.value);
    }
    for (const [field, value] of Object.entries(fields)) data.set(field, value);
    data.set("once", name());
    return send(data, own(text));
  };

  const labelOf = (button) => {
    const copy = button.cloneNode(true);
    for (const part of copy.querySelectorAll("small, svg")) part.remove();
    return copy.textContent.trim();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (new URL(form.action).pathname !== "/chat/say") return;
    event.preventDefault();
    if (form === composer) {
      write();
      return;
    }
    const button = event.submitter;
    if (!button || form.dataset.busy) return;
    form.dataset.busy = "yes";
    const label = labelOf(button);
    if (form.classList.contains("choices")) stepBack(button);
    say(form, { [button.name]: button.value, label }, label).finally(() => delete form.dataset.busy);
  });

  const write = () => {
    const text = box.value.trim();
    if (text) {
      stepBack(null);
      say(composer, { text }, text);
      box.value = "";
    }
    box.focus();
  };

  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    write();
  });

  composer.elements.namedItem("file").addEventListener("change", (event) => {
    const file = event.target.files[0];
    if (!file) return;
    if (file.size > LARGEST_FILE) notice(words.tooLarge);
    else say(composer, { file }, file.name);
    event.target.value = "";
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest('[data-ask="location"]');
    if (!button) return;
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        stepBack(null);
        say(composer, { lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy }, words.location);
      },
      () => {
        button.disabled = false;
        notice(words.locationRefused);
      },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
    );
  });

  // ---- what is new

  const poll = async () => {
    if (polling) return;
    polling = true;
    const asked = got;
    got = [];
    try {
      const query = new URLSearchParams({ after: String(after), got: asked.join(","), day: lastDay() });
      const response = await fetch(`/chat/new?${query}`, { signal: AbortSignal.timeout(POLL_HIDDEN_MS) });
      if (!response.ok) throw new Error(String(response.status));
      await receive(response, null);
      lost.remove();
    } catch {
      got.unshift(...asked);
      if (!lost.isConnected) log.append(lost);
    } finally {
      polling = false;
    }
    schedule();
  };

  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(poll, document.hidden ? POLL_HIDDEN_MS : POLL_VISIBLE_MS);
  };

  window.addEventListener("online", poll);

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) schedule();
    else poll();
  });

  offerLocation(log);
  const last = [...log.querySelectorAll(".bubble, .choices:not([hidden])")].pop();
  const lastBubble = [...log.querySelectorAll(".bubble")].pop();
  if (last && lastBubble && !location.hash) scrollTo(lastBubble, last);
  schedule();
})();
