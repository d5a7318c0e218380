// The formulas of the lessons as MathML (formulas.mjs makes them when the bundle is built).
declare module "lab-formulas" {
  const formulas: Record<string, { inline: string; block: string }>;
  export default formulas;
}

// Observable Plot names types of it, and brings none.
declare module "d3" {
  export type CurveFactory = unknown;
  export type GeoPath = unknown;
  export type GeoPermissibleObjects = unknown;
  export type GeoStreamWrapper = unknown;
  export type SymbolType = unknown;
  export type SymbolImplementation = unknown;
}
