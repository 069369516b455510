// What can be told of accessibility without a person, as rules of WCAG 2.2: returns sentences on what is wrong.
() => {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const tell = (e) => e.outerHTML.slice(0, 120);
  const named = (e) => {
    const by = e.getAttribute("aria-labelledby");
    const label = by && by.split(" ").map((id) => document.getElementById(id)?.textContent).join(" ");
    const labels = e.labels ? [...e.labels].map((l) => l.textContent).join(" ") : "";
    return [e.getAttribute("aria-label"), label, labels, e.textContent, e.alt].some((t) => t && t.trim());
  };
  for (const e of all("input:not([type=hidden]), select, textarea"))
    if (!(e.labels && e.labels.length && [...e.labels].some((l) => l.textContent.trim()))) wrong.push(`no label: ${tell(e)}`);
  for (const e of all("a[href], button, summary, [role=region]")) if (!named(e)) wrong.push(`no name: ${tell(e)}`);
  for (const e of all("nav, aside, section")) if (!e.hasAttribute("aria-label") && !e.hasAttribute("aria-labelledby")) wrong.push(`unnamed landmark: ${tell(e)}`);
  for (const e of all("[tabindex]")) if (e.tabIndex > 0) wrong.push(`tabindex above 0: ${tell(e)}`);
  for (const e of all("[aria-hidden=true]")) if (e.tabIndex >= 0 || e.querySelector("a[href], button, input")) wrong.push(`hidden yet reachable: ${tell(e)}`);
  const ids = all("[id]").map((e) => e.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id is there twice");
  for (const name of ["aria-labelledby", "aria-describedby"])
    for (const e of all(`[${name}]`)) for (const id of e.getAttribute(name).split(" ")) if (!document.getElementById(id)) wrong.push(`${name} leads nowhere: ${id}`);
  if (all("main").length !== 1 || all("h1").length !== 1) wrong.push("not one main and one h1");
  let level = 0;
  for (const e of all("h1, h2, h3, h4, h5, h6")) {
    const own = Number(e.tagName[1]);
    if (own > level + 1) wrong.push(`heading leaps from ${level} to ${own}: ${tell(e)}`);
    level = own;
  }
  if (!["ar", "en"].includes(document.documentElement.lang)) wrong.push("no language");
  if (!document.title.trim()) wrong.push("no title");

  // Contrast of text with its ground (1.4.3): 4.5 to 1, large text 3 to 1.
  const parse = (c) => {
    const n = c.match(/[\d.]+/g).map(Number);
    return { r: n[0], g: n[1], b: n[2], a: n.length > 3 ? n[3] : 1 };
  };
  const light = (c) => {
    const f = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f(c.r) + 0.7152 * f(c.g) + 0.0722 * f(c.b);
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.a === 1) return c;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let node; (node = walker.nextNode()); ) {
    const e = node.parentElement;
    if (!node.data.trim() || seen.has(e) || !shown(e) || e.closest(".hidden, .skip")) continue;
    seen.add(e);
    const style = getComputedStyle(e);
    const pair = [light(parse(style.color)), light(ground(e))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) wrong.push(`contrast ${ratio.toFixed(1)}: ${tell(e)}`);
  }
  // What is reached by pointing is large enough (2.5.8), or a word in a line of text.
  for (const e of all("button, input, summary")) {
    if (!shown(e) || e.type === "hidden") continue;
    const box = e.getBoundingClientRect();
    const label = e.labels && e.labels[0] ? e.labels[0].getBoundingClientRect() : box;
    if (Math.max(box.height, label.height) < 24) wrong.push(`small to hit: ${tell(e)}`);
  }
  return wrong;
}
