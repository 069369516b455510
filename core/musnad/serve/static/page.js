// On an article: choosing a mark shows what it means beside the text, without moving the text.
// Without this file each mark is a plain link to its explanation, and back.
"use strict";

(() => {
  const text = document.querySelector(".sheet");
  const found = document.getElementById("found");
  if (!text || !found) return;
  const narrow = window.matchMedia("(max-width: 60rem)");
  let chosen = null;
  let cameFrom = null;

  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.textContent = "×";
  close.setAttribute("aria-label", found.dataset.close);
  close.addEventListener("click", () => clear(true));

  function clear(goBack) {
    if (!chosen) return;
    const number = chosen.dataset.statement;
    chosen.classList.remove("chosen");
    chosen = null;
    close.remove();
    for (const piece of text.querySelectorAll(".lit")) piece.classList.remove("lit", "lit-speaker");
    if (number) text.querySelector(`a.cue[data-statement="${number}"]`)?.removeAttribute("aria-current");
    if (goBack && cameFrom) cameFrom.focus({ preventScroll: narrow.matches });
  }

  function choose(card, from) {
    clear(false);
    chosen = card;
    cameFrom = from;
    card.classList.add("chosen");
    card.append(close);
    const number = card.dataset.statement;
    if (number) {
      for (const piece of text.querySelectorAll(`.in-${number}, .by-${number}`)) {
        piece.classList.add("lit");
        if (piece.classList.contains(`by-${number}`)) piece.classList.add("lit-speaker");
      }
      for (const cue of text.querySelectorAll(`a.cue[data-statement="${number}"]`)) {
        cue.classList.add("lit");
        if (cue.id) cue.setAttribute("aria-current", "true");
      }
    }
    // The column beside the text moves, the text stays where the reader is.
    if (!narrow.matches) {
      const top = card.getBoundingClientRect().top - found.getBoundingClientRect().top;
      found.scrollTop += top - 16;
    } else if (from) {
      // The explanation comes up from below: the mark must stand above it.
      from.scrollIntoView({ block: "start", behavior: "instant" });
    }
    card.focus({ preventScroll: true });
  }

  function target(hash) {
    try {
      return hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
    } catch {
      return null;
    }
  }

  function cardOf(number) {
    return found.querySelector(`.card[data-statement="${number}"]`);
  }

  text.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a");
    if (link) {
      const card = link.hash ? target(link.hash) : null;
      if (!card || !card.classList.contains("card")) return;
      event.preventDefault();
      history.replaceState(null, "", link.hash);
      choose(card, link);
      return;
    }
    // Words that are said: their statement, unless somebody is selecting text.
    const piece = event.target.closest(".piece.said");
    if (!piece || String(window.getSelection())) return;
    const numbers = [...piece.classList].filter((name) => /^in-\d+$/.test(name));
    const card = cardOf(numbers[0].slice(3));
    if (card) choose(card, text.querySelector(`a.cue[data-statement="${card.dataset.statement}"][id]`));
  });

  found.addEventListener("click", (event) => {
    const link = event.target.closest("a.number");
    const cue = link ? target(link.hash) : null;
    if (!cue) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    choose(link.closest(".card"), cue);
    cue.scrollIntoView({ block: "center" });
    cue.focus({ preventScroll: true });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen) clear(true);
  });

  function fromAddress() {
    const there = target(location.hash);
    if (!there) return;
    if (there.classList.contains("card")) {
      choose(there, text.querySelector(`a.cue[data-statement="${there.dataset.statement}"][id]`));
    } else if (there.matches("a.cue")) {
      const card = cardOf(there.dataset.statement);
      if (card) choose(card, there);
      there.scrollIntoView({ block: "center" });
      there.focus({ preventScroll: true });
    }
  }
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
