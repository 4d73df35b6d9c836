/** Steps of the exponent between powers of two. */
const STEPS = 1024;

/** The furthest that a number is from a step, squared and over 24: what the fourth power of the series is to the second in between. */
const FOURTH = (Math.LN2 / (2 * STEPS)) ** 2 / 24;

/**
 * `exponential` in C99: exp(x) = 2^(k / 1024) exp(r), the power of two from a table of bits less k 2^42, which the number of steps adds. A
 * library computes exponentials of any size by a call; those of a process are of numbers that are not positive, and there are hundreds.
 */
export const EXPONENTIAL = `/* Where sums are reordered, adding a number and taking it off again rounds to nothing. */
#if (defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0) || defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(_M_FP_FAST)
static inline double exponential(double x) { return exp(x); }
#else
static const uint64_t powers[${STEPS}] = {
${powersOfTwo()}
};

static inline double exponential(double x) {
  if (!(x <= 0.0)) return exp(x);
  const double bounded = x > -708.0 ? x : -708.0;
  /* Beside 1.5 * 2^52 a double is a whole number. */
  const double shifted = bounded * ${STEPS * Math.LOG2E} + 6755399441055744.0;
  const double r = bounded - (shifted - 6755399441055744.0) * ${Math.LN2 / STEPS};
  uint64_t steps;
  memcpy(&steps, &shifted, sizeof steps);
  const uint64_t bits = powers[steps & ${STEPS - 1}] + (steps << 42);
  double power;
  memcpy(&power, &bits, sizeof power);
  return power + power * (r + r * r * (${0.5 + FOURTH} + r * ${1 / 6}));
}
#endif`;

function powersOfTwo(): string {
  const words = Array.from({ length: STEPS }, (_, i) => {
    const [bits] = new BigUint64Array(Float64Array.of(Math.exp((i * Math.LN2) / STEPS)).buffer);
    return `0x${BigInt.asUintN(64, bits - (BigInt(i) << 42n)).toString(16)}`;
  });
  const lines: string[] = [];
  for (let i = 0; i < STEPS; i += 6) lines.push(`  ${words.slice(i, i + 6).join(', ')}`);
  return lines.join(',\n');
}
