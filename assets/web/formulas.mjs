// The formulas of the lessons as MathML, made when the bundle is built: the page needs no script and no font for them.
import { readdirSync, readFileSync } from "node:fs";
import temml from "temml";

const LESSONS = new URL("../../editor/lab/", import.meta.url);

/** The source of every lesson. */
export const sources = () =>
  readdirSync(LESSONS, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".py"))
    .sort()
    .map((name) => readFileSync(new URL(name, LESSONS), "utf8"));

/**
 * The formulas in a text: between two dollars those that stand alone, between one those in a line.
 * @param {string} text
 */
export const formulasIn = (text) =>
  [...text.matchAll(/\$\$([^$]+)\$\$|\$([^$\n]+)\$/g)].map((found) => found[1] ?? found[2]);

/** @param {string} tex */
export const mathml = (tex) => ({
  inline: temml.renderToString(tex, { throwOnError: true }),
  block: temml.renderToString(tex, { throwOnError: true, displayMode: true }),
});

/** {formula: its MathML}, of all lessons. Throws where TeX is wrong. */
export function formulas() {
  const all = [...new Set(sources().flatMap(formulasIn))].sort();
  return Object.fromEntries(all.map((tex) => [tex, mathml(tex)]));
}
