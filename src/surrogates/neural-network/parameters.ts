/** The parameters of a network as its state keeps them. */
export type Parameters = Float32Array | Float64Array;

/** Parameters in half the bytes where that loses nothing: those that were trained in single precision. */
export function leanParameters(parameters: Float64Array): Parameters {
  const lean = Float32Array.from(parameters);
  return lean.every((value, i) => Object.is(value, parameters[i])) ? lean : parameters;
}

/** The same numbers in double precision. */
export function fullParameters(parameters: Parameters): Float64Array {
  return parameters instanceof Float64Array ? parameters : Float64Array.from(parameters);
}
