/** How the marks of plots look, below a selector, by the colors of `PALETTE`. */
export function svgStyle(scope: string): string {
  return `${scope} { font-size: 11px; fill: var(--ink); }
${scope} .title { font-size: 12.5px; font-weight: 600; }
${scope} .label { fill: var(--ink); }
${scope} .tick { fill: var(--quiet); font-size: 10.5px; font-variant-numeric: tabular-nums; }
${scope} .start { text-anchor: start; } ${scope} .middle { text-anchor: middle; } ${scope} .end { text-anchor: end; }
${scope} .grid { stroke: var(--line); stroke-width: .75; fill: none; }
${scope} .axis { stroke: var(--quiet); fill: none; }
${scope} .reference { stroke: var(--quiet); fill: none; }
${scope} .dashed { stroke-dasharray: 4 3; }
${scope} .interval { stroke: currentColor; stroke-width: 1; opacity: .4; fill: none; }
${scope} .dots { fill: currentColor; fill-opacity: .6; }
${scope} .solid { fill-opacity: 1; }
${scope} .bar { fill: currentColor; }
${scope} .outline { fill: var(--paper); stroke: currentColor; stroke-width: 1; }
${scope} .curve { fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linejoin: round; }
${scope} .curve.c0 { stroke-width: 2.4; }
${scope} .curve.thin { stroke-width: 1; opacity: .5; }
${scope} .line { fill: none; stroke: currentColor; stroke-width: 1; }
${scope} .line .failed, ${scope} .line.failed { stroke: var(--c1); stroke-width: 1.2; stroke-dasharray: 3 2; }
${scope} .cross { fill: none; stroke: var(--c1); stroke-width: 1.6; }
${scope} .ringed { stroke: var(--quiet); stroke-width: .6; }
${scope} .mark { fill: none; stroke: var(--c1); stroke-width: 2; }
${scope} .area { stroke: var(--paper); stroke-width: .5; fill-rule: evenodd; }
${scope} rect, ${scope} .area, ${scope} .ringed circle, ${scope} circle { fill: currentColor; }
${scope} rect.outline { fill: var(--paper); }
${scope} .mark circle { fill: var(--paper); }
${scope} .hatch { fill: none; stroke: var(--ink); stroke-width: .8; opacity: .55; }
${scope} .limit { fill: none; stroke: var(--c1); stroke-width: 1.6; }
${scope} .band { fill: currentColor; fill-opacity: .18; }
${Array.from({ length: 6 }, (_, k) => `${scope} .c${k} { color: var(--c${k}); }`).join(' ')}
${Array.from({ length: 9 }, (_, k) => `${scope} .r${k} { color: var(--r${k}); }`).join(' ')}
${scope} .unknown { color: var(--line); }`;
}
