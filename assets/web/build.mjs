// The page, and the replay that an export carries with it; committed, so that users never need node. Deterministic: same source and lock file, same bytes.
import { build } from "esbuild";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const result = await build({
  entryPoints: { palimpsest: "src/main.js", replay: "src/export/replay.js" },
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "Palimpsest",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const packages = new Set(
  Object.keys(result.metafile.inputs)
    .map((file) => file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1])
    .filter(Boolean),
);
const licences = [...packages].sort().map((name) => {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${license})\n\n${file && existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, "utf8").trim() : "No licence file in the package."}\n`;
});
writeFileSync("dist/THIRD_PARTY_LICENCES.txt", licences.join(`\n${"-".repeat(80)}\n\n`));
