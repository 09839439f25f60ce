// Text that can hardly be read before what is behind it (WCAG 2.2: 4.5 to 1), and signs that can hardly be seen (3 to 1).
(() => {
  const rgb = text => { const n = text.match(/[\d.]+/g).map(Number); return n.length < 4 || n[3] > 0 ? n : null; };
  const part = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour) return colour;
    }
    return [255, 255, 255];
  };
  const wrong = new Set();
  const check = (e, colour, least) => {
    const found = ratio(rgb(colour), behind(e));
    if (found < least) wrong.add(e.tagName + '.' + (e.getAttribute('class') || e.parentElement.className) + ' ' + found.toFixed(2));
  };
  for (const e of document.querySelectorAll('body *')) {
    if (!e.getBoundingClientRect().width) continue;
    if ([...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) check(e, getComputedStyle(e).color, 4.5);
    if (e.matches('.sign')) check(e, getComputedStyle(e, '::before').backgroundColor, 3);
  }
  return [...wrong];
})()
