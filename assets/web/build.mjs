// The page, the lab and the grammars that it loads when somebody opens or needs them, and the replay that an export
// carries with it; committed, so that users never need node. Deterministic: same source and lock file, same bytes.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { formulas } from "./formulas.mjs";

/** @type {import("esbuild").Plugin} */
const lessons = {
  name: "formulas of the lessons",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^lab-formulas$/ }, () => ({ path: "lab-formulas", namespace: "lab" }));
    onLoad({ filter: /.*/, namespace: "lab" }, () => ({ contents: JSON.stringify(formulas()), loader: "json" }));
  },
};

/**
 * @param {string} globalName
 * @param {Record<string, string>} entryPoints
 */
const bundled = (globalName, entryPoints) =>
  build({
    entryPoints,
    outdir: "dist",
    bundle: true,
    minify: true,
    format: "iife",
    globalName,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    plugins: [lessons],
    tsconfigRaw: {}, // tsconfig.json is for the type check
  });

const results = [
  await bundled("Palimpsest", {
    palimpsest: "src/main.js",
    replay: "src/export/replay.js",
    lesson: "src/export/lesson.js",
  }),
  await bundled("PalimpsestLab", { lab: "src/lab/lab.js" }),
  await bundled("PalimpsestGrammars", { grammars: "src/web/text/grammars/bundle.js" }),
];

/** @param {string} file */
const packageOf = (file) => file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];
const names = results.flatMap((result) => Object.keys(result.metafile.inputs)).map(packageOf);
const packages = [...new Set(names)].filter((name) => name !== undefined).sort();

/** @param {string} name */
function licenceOf(name) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file && existsSync(`${folder}/${file}`)
      ? readFileSync(`${folder}/${file}`, "utf8").trim()
      : "No licence file in the package.";
  return `${name} ${version} (${license})\n\n${text}\n`;
}
writeFileSync("dist/THIRD_PARTY_LICENCES.txt", packages.map(licenceOf).join(`\n${"-".repeat(80)}\n\n`));
