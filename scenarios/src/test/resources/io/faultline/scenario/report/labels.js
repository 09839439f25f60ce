// What is wrong with the labels of timelines that can be seen: cut off, or in the way of one another.
[...document.querySelectorAll('figure')].filter(figure => figure.getBoundingClientRect().width > 0).flatMap(figure => {
  const frame = figure.getBoundingClientRect();
  const wrong = [];
  const shown = [];
  for (const label of figure.querySelectorAll('.name, .bar b, .marks span, .axis i, figcaption')) {
    if (getComputedStyle(label).fontSize === '0px') continue;
    const range = document.createRange();
    range.selectNodeContents(label);
    const lines = [...range.getClientRects()].filter(line => line.width > 0);
    const frames = [frame];
    if (label.matches('.bar b')) {
      const band = label.closest('li').getBoundingClientRect();
      if (lines.every(line => line.top >= band.bottom - 2)) continue; // on the second line, which nobody sees
      frames.push(band);
    }
    for (const line of lines) {
      for (const around of frames) {
        if (line.left < around.left - 1 || line.right > around.right + 1
            || line.top < around.top - 3 || line.bottom > around.bottom + 3) {
          wrong.push('cut off: ' + label.textContent);
        }
      }
      shown.push({line, label});
    }
  }
  if (!shown.length) wrong.push('no labels');
  for (let i = 0; i < shown.length; i++) {
    for (let j = i + 1; j < shown.length; j++) {
      const one = shown[i].line;
      const other = shown[j].line;
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (shown[i].label !== shown[j].label && across > 1 && down > 2) {
        wrong.push(shown[i].label.textContent + ' / ' + shown[j].label.textContent);
      }
    }
  }
  return wrong;
})
