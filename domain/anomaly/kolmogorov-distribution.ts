/**
 * The chance that Kolmogorov's two-sided statistic of a sample of `n` is `d` or more, by the method that suits n and d, as SciPy's
 * `kstwo.sf` chooses it. Source: R. Simard and P. L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov distribution", Journal of
 * Statistical Software 39 (2011).
 */
export function kolmogorovTail(n: number, d: number): number {
  if (d >= 1) return 0;
  if (n * d <= 0.5) return 1;
  const nd2 = n * d * d;
  // Far out the two sides do not meet: twice the one-sided chance.
  if (d >= 0.5 || nd2 >= (n <= 140 ? 4 : 2.2)) return clamp(2 * smirnovTail(n, d));
  if (n <= 140 || (n <= 100_000 && n * d ** 1.5 <= 1.4)) return clamp(1 - durbin(n, d));
  return clamp(1 - pelzGood(n, d));
}

const clamp = (chance: number): number => Math.min(1, Math.max(0, chance));

/** The chance that the one-sided statistic is `d` or more: the sum of Birnbaum and Tingey (1951), whose terms are all positive. */
function smirnovTail(n: number, d: number): number {
  let sum = 0;
  let logChoices = 0;
  for (let j = 0; j <= n * (1 - d); j += 1) {
    if (j > 0) logChoices += Math.log((n - j + 1) / j);
    const rest = 1 - d - j / n;
    if (rest > 0) sum += Math.exp(logChoices + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest));
  }
  return d * sum;
}

const big = 2 ** 128;

/**
 * The chance of less than `d`, exactly: a power of Durbin's matrix. Source: G. Marsaglia, W. W. Tsang and J. Wang, "Evaluating
 * Kolmogorov's distribution", Journal of Statistical Software 8 (2003).
 */
function durbin(n: number, d: number): number {
  const k = Math.ceil(n * d);
  const h = k - n * d;
  const size = 2 * k - 1;
  const inverseFactorial = [1];
  for (let j = 1; j <= size; j += 1) inverseFactorial.push((inverseFactorial[j - 1] ?? 0) / j);
  const edge = (j: number): number => {
    const term = j === size ? 1 - 2 * h ** size + Math.max(0, 2 * h - 1) ** size : 1 - h ** j;
    return term * (inverseFactorial[j] ?? 0);
  };
  let square = Float64Array.from({ length: size * size }, (_, at) => {
    const row = Math.floor(at / size);
    const column = at % size;
    if (column === 0) return edge(row + 1);
    if (row === size - 1) return edge(size - column);
    return row - column + 1 < 0 ? 0 : (inverseFactorial[row - column + 1] ?? 0);
  });
  const middle = (k - 1) * size + k - 1;
  let power = Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
  let exponent = 0;
  let squareExponent = 0;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      power = product(power, square, size);
      exponent += squareExponent;
    }
    square = product(square, square, size);
    squareExponent *= 2;
    if ((square[middle] ?? 0) > big) {
      square = square.map((value) => value / big);
      squareExponent += 1;
    }
  }
  let chance = power[middle] ?? 0;
  for (let i = 1; i <= n; i += 1) {
    chance = (chance * i) / n;
    if (chance < 1 / big) {
      chance *= big;
      exponent -= 1;
    }
  }
  return chance * big ** exponent;
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let inner = 0; inner < size; inner += 1) {
      const factor = a[row * size + inner] ?? 0;
      if (factor === 0) continue;
      for (let column = 0; column < size; column += 1) {
        const at = row * size + column;
        result[at] = (result[at] ?? 0) + factor * (b[inner * size + column] ?? 0);
      }
    }
  }
  return result;
}

/**
 * The chance of less than `d` of a large sample, by four terms in powers of 1/√n. Source: W. Pelz and I. J. Good, "Approximating the
 * lower tail-areas of the Kolmogorov-Smirnov one-sample statistic", Journal of the Royal Statistical Society B 38 (1976).
 */
function pelzGood(n: number, d: number): number {
  const z = Math.sqrt(n) * d;
  const [z2, z4, z6] = [z ** 2, z ** 4, z ** 6];
  const pi2 = Math.PI ** 2;
  const [pi4, pi6] = [pi2 ** 2, pi2 ** 3];
  let [k0, k1, k2, k3, k2extra, k3extra] = [0, 0, 0, 0, 0, 0];
  for (let k = Math.ceil((16 * z) / Math.PI); k > 0; k -= 1) {
    const m2 = (2 * k - 1) ** 2;
    const odd = Math.exp((-pi2 * m2) / (8 * z2));
    k0 += odd;
    k1 += odd * (-z2 + (pi2 / 4) * m2);
    k2 +=
      odd * (6 * z6 + 2 * z4 + (((2 * z4 - 5 * z2) * pi2) / 4) * m2 + ((pi4 * (1 - 2 * z2)) / 16) * m2 ** 2);
    k3 +=
      odd *
      (-30 * z6 -
        90 * z ** 8 +
        ((pi2 * (135 * z4 - 96 * z6)) / 4) * m2 +
        ((pi4 * (-60 * z2 + 212 * z4)) / 16) * m2 ** 2 +
        ((pi6 * (5 - 30 * z2)) / 64) * m2 ** 3);
    const every = k ** 2 * Math.exp((-pi2 * k ** 2) / (2 * z2));
    k2extra += every;
    k3extra += every * (3 * z2 - pi2 * k ** 2);
  }
  const root = Math.sqrt(2 * Math.PI);
  return (
    root *
    (k0 / z +
      k1 / (6 * z4) / Math.sqrt(n) +
      (k2 / (72 * z ** 7) - (pi2 * k2extra) / (36 * z ** 3)) / n +
      (k3 / (6480 * z ** 10) + (pi2 * k3extra) / (216 * z6)) / n ** 1.5)
  );
}
