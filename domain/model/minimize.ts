/** A function to minimise: its value at a point, and its slope there written into `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

const remembered = 8;
const sufficientDecrease = 1e-4;
const flat = 1e-9;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
};

/** a + factor × b */
const plus = (a: Float64Array, factor: number, b: Float64Array): Float64Array =>
  a.map((value, i) => value + factor * (b[i] ?? 0));

interface Step {
  readonly moved: Float64Array;
  readonly turned: Float64Array;
}

/** The direction of steepest descent, bent by the curvature that the last steps showed (two-loop recursion). */
function descent(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  let direction: Float64Array = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { moved, turned } of steps.toReversed()) {
    const share = dot(moved, direction) / dot(moved, turned);
    shares.push(share);
    direction = plus(direction, -share, turned);
  }
  const last = steps.at(-1);
  if (last !== undefined) {
    const scale = dot(last.moved, last.turned) / dot(last.turned, last.turned);
    direction = direction.map((value) => value * scale);
  }
  for (const { moved, turned } of steps) {
    direction = plus(direction, (shares.pop() ?? 0) - dot(turned, direction) / dot(moved, turned), moved);
  }
  return direction;
}

/** Work in steps of some milliseconds, so that whoever runs it can do other things in between. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs all steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The point near `start` where a smooth convex function is least: L-BFGS with a halving line search. Deterministic. Ends
 * where a step gains less than 1e-9 of the value, or after `iterations`.
 * Source: D. C. Liu and J. Nocedal, "On the limited memory BFGS method", Mathematical Programming 45 (1989).
 */
export function* minimize(objective: Objective, start: Float64Array, iterations = 200): Steps<Float64Array> {
  let point = start;
  let gradient = new Float64Array(start.length);
  let value = objective(point, gradient);
  const steps: Step[] = [];
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    const direction = descent(gradient, steps);
    const slope = dot(gradient, direction);
    if (!(slope < 0)) break;
    // Before the curvature is known, a first step of length one at most.
    let length = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    let next = point;
    const nextGradient = new Float64Array(start.length);
    let nextValue = Number.POSITIVE_INFINITY;
    for (let halving = 0; halving < 40; halving += 1, length /= 2) {
      next = plus(point, length, direction);
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + sufficientDecrease * length * slope) break;
    }
    if (!(nextValue < value)) break;
    const step = { moved: plus(next, -1, point), turned: plus(nextGradient, -1, gradient) };
    const gained = value - nextValue;
    [point, gradient, value] = [next, nextGradient, nextValue];
    if (dot(step.moved, step.turned) > 0) steps.push(step);
    if (steps.length > remembered) steps.shift();
    if (gained <= flat * Math.abs(value)) break;
    yield;
  }
  return point;
}
