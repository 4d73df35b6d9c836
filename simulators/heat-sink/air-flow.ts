/** Properties of dry air at 300 K and 101.3 kPa [Incropera2007, table A.4]. */
const air = { density: 1.1614, viscosity: 1.846e-5, conductivity: 0.0263, heatCapacity: 1007 };
const prandtl = (air.heatCapacity * air.viscosity) / air.conductivity;

/** Air that is led through the channels of a plate-fin heat sink; lengths in m. */
export interface ChannelFlow {
  /** Free width between two fins. */
  readonly gap: number;
  /** Of the fins, from the base to the shroud. */
  readonly height: number;
  /** Of the channel along the flow. */
  readonly length: number;
  /** Share of the cross-section that is open, (0, 1). */
  readonly openness: number;
  /** Ahead of the fins, m/s. */
  readonly approachSpeed: number;
}

/** Mean heat-transfer coefficient against the temperature of the air at the inlet, W/(m^2 K), and loss of pressure, Pa. */
export interface ChannelAnswer {
  readonly film: number;
  readonly pressureDrop: number;
}

/**
 * Nusselt number of the gap for isothermal fins, with the warming of the air included: the fully developed limit Re* Pr / 2 and
 * the developing limit 0.664 sqrt(Re*) Pr^(1/3) sqrt(1 + 3.65 / sqrt(Re*)), blended with the exponent -3 [Teertstra2000].
 */
export function channelNusselt(reynolds: number, prandtl: number): number {
  const developed = (reynolds * prandtl) / 2;
  const developing = 0.664 * Math.sqrt(reynolds) * Math.cbrt(prandtl) * Math.sqrt(1 + 3.65 / Math.sqrt(reynolds));
  return (developed ** -3 + developing ** -3) ** (-1 / 3);
}

/** f Re of the hydraulic diameter, fully developed laminar flow in a duct of the aspect ratio r <= 1 [ShahLondon1978]. */
export function developedFriction(r: number): number {
  return 24 - 32.527 * r + 46.721 * r ** 2 - 40.829 * r ** 3 + 22.954 * r ** 4 - 6.089 * r ** 5;
}

/** Heat transfer and pressure drop of laminar flow in the channels, with its losses at entry and exit [Culham2001]. */
export function channelFlow({ gap, height, length, openness, approachSpeed }: ChannelFlow): ChannelAnswer {
  const speed = approachSpeed / openness;
  const reynolds = (air.density * speed * gap) / air.viscosity;
  const film = (channelNusselt((reynolds * gap) / length, prandtl) * air.conductivity) / gap;

  const diameter = 2 * gap;
  const reynoldsOfDiameter = (air.density * speed * diameter) / air.viscosity;
  const entry = length / (diameter * reynoldsOfDiameter);
  const friction = Math.hypot(3.44 / Math.sqrt(entry), developedFriction(gap / height)) / reynoldsOfDiameter;
  const contraction = 0.42 * (1 - openness ** 2);
  const expansion = (1 - openness ** 2) ** 2;
  const losses = contraction + (4 * friction * length) / diameter + expansion;
  return { film, pressureDrop: (losses * air.density * speed ** 2) / 2 };
}
