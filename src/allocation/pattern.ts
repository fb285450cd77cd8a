/** Whether the text is the pattern's: `*` stands for any characters or none, `?` for exactly one. Time: text × pattern. */
export function matchesPattern(pattern: string, text: string): boolean {
  let [at, next] = [0, 0];
  let star = -1;
  let taken = 0;
  while (at < text.length) {
    if (pattern[next] === '*') {
      star = next++;
      taken = at;
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === text[at])) {
      next++;
      at++;
    } else if (star >= 0) {
      // The last star takes one character more.
      next = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  while (pattern[next] === '*') next++;
  return next === pattern.length;
}

export function isLiteral(pattern: string): boolean {
  return !/[*?]/.test(pattern);
}

/** Whether some text is both patterns'. */
export function patternsMeet(a: string, b: string): boolean {
  // meets[j]: whether the rest of `a` meets the rest of `b` from j on; made from the ends to the beginnings.
  let meets = Array.from({ length: b.length + 1 }, (_, j) => /^\**$/.test(b.slice(j)));
  for (let i = a.length - 1; i >= 0; i--) {
    const shorter = meets;
    meets = new Array<boolean>(b.length + 1).fill(false);
    for (let j = b.length; j >= 0; j--) {
      const [x, y] = [a[i], b[j]];
      meets[j] =
        x === '*' || y === '*'
          ? // A star takes nothing, or what stands opposite and stays.
            shorter[j] === true || meets[j + 1] === true
          : y !== undefined && (x === y || x === '?' || y === '?') && shorter[j + 1] === true;
    }
  }
  return meets[0] === true;
}
