/**
 * What a report does under a pointer: it shows the note of the nearest point, the values of curves and maps there, and where it is on the
 * axes. All texts are written as text. Plots say by `data-axes` where their axes are.
 */
export const POINTER = `(() => {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  const lines = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  lines.setAttribute('class', 'pointer');
  const notes = new WeakMap();
  const noteOf = (element) => {
    const title = element.querySelector(':scope > title');
    if (title) {
      notes.set(element, title.textContent);
      title.remove();
    }
    return notes.get(element);
  };
  const shown = (value) => {
    const [digits, power] = String(Number(value.toPrecision(4))).split('e');
    if (power === undefined) return digits;
    const raised = [...power.replace('+', '')].map((one) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(one)]).join('');
    return (digits === '1' ? '' : digits + ' × ') + '10' + raised;
  };
  const valueAt = ({ ends, log, names, at }, share) => {
    if (names) return names[at.reduce((best, one, i) => (Math.abs(one - share) < Math.abs(at[best] - share) ? i : best), 0)];
    if (!ends) return undefined;
    return shown(log ? ends[0] * (ends[1] / ends[0]) ** share : ends[0] + share * (ends[1] - ends[0]));
  };
  const heightAt = (path, x) => {
    let before;
    let last;
    for (const [, command, a, b] of path.matchAll(/([MLHV])(-?[\\d.]+)(?: (-?[\\d.]+))?/g)) {
      const now = command === 'H' ? [+a, last[1]] : command === 'V' ? [last[0], +a] : [+a, +b];
      if (last && command !== 'M' && last[0] <= x && x <= now[0])
        before = now[0] > last[0] ? last[1] + ((now[1] - last[1]) * (x - last[0])) / (now[0] - last[0]) : now[1];
      last = now;
    }
    return before;
  };
  const told = (frame, axes, x, y) => {
    const [left, right, top, bottom] = axes.box;
    const across = (x - left) / (right - left);
    const up = (height) => (bottom - height) / (bottom - top);
    const texts = [[axes.x.label, valueAt(axes.x, across)]];
    const curves = [...frame.querySelectorAll('path.curve')].flatMap((curve) => {
      const height = heightAt(curve.getAttribute('d'), x);
      const name = (noteOf(curve) || axes.y.label).split(': ')[0];
      return height === undefined ? [] : [[name, valueAt(axes.y, up(height))]];
    });
    if (curves.length > 0) texts.push(...curves);
    else texts.push([axes.y.label, valueAt(axes.y, up(y))]);
    if (axes.map) {
      const { rows, label } = axes.map;
      const row = rows[Math.round(up(y) * (rows.length - 1))];
      const value = row[Math.round(across * (row.length - 1))];
      if (typeof value === 'number') texts.push([label, shown(value)]);
    }
    return texts.filter(([, value]) => value !== undefined).map(([name, value]) => (name ? name + ': ' : '') + value);
  };
  const hide = () => {
    tip.hidden = true;
    lines.remove();
  };
  const show = (event) => {
    const svg = event.target.closest && event.target.closest('figure svg');
    if (!svg) return hide();
    const matrix = svg.getScreenCTM();
    if (!matrix) return hide();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    let near;
    let least = 9;
    for (const circle of svg.querySelectorAll('circle')) {
      const distance = Math.hypot(circle.getAttribute('cx') - x, circle.getAttribute('cy') - y);
      if (distance < least && noteOf(circle)) [near, least] = [circle, distance];
    }
    let own = near;
    for (let one = event.target; !own && one !== svg; one = one.parentNode)
      if (noteOf(one) && !one.classList.contains('curve')) own = one;
    let texts = own ? [noteOf(own)] : [];
    let marks = near ? 'M' + near.getAttribute('cx') + ' ' + near.getAttribute('cy') + 'm-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0' : '';
    if (texts.length === 0)
      for (const frame of [svg, ...svg.querySelectorAll('[data-axes]')]) {
        const axes = frame.dataset.axes && JSON.parse(frame.dataset.axes);
        if (!axes || x < axes.box[0] || x > axes.box[1] || y < axes.box[2] || y > axes.box[3]) continue;
        texts = told(frame, axes, x, y);
        marks = 'M' + x + ' ' + axes.box[2] + 'V' + axes.box[3];
      }
    if (texts.length === 0) return hide();
    tip.replaceChildren(...texts.map((text) => Object.assign(document.createElement('div'), { textContent: text })));
    tip.hidden = false;
    document.body.append(tip);
    lines.setAttribute('d', marks);
    svg.append(lines);
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 4)) + 'px';
    tip.style.top = (event.clientY + 18 + height > innerHeight ? event.clientY - height - 12 : event.clientY + 18) + 'px';
  };
  addEventListener('pointermove', show);
  addEventListener('pointerdown', show);
  addEventListener('scroll', hide, { passive: true });
  addEventListener('beforeprint', () => {
    hide();
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
})();`;

/** The hash by which a content security policy lets {@link POINTER} run, and nothing else. */
export const POINTER_HASH = 'sha256-aLa9zodZdduNfRXpIKQSTwaiTA1LRgnvhEPp9NgIV3w=';
