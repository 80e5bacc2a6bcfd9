// Bundles the page's script and style into pipeline/report/assets (or the folder given), with the libraries' notices.
import { build } from "esbuild";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const assets = process.argv[2] || join(here, "../pipeline/report/assets");

const result = await build({
  absWorkingDir: here,
  entryPoints: { report: "src/main.jsx" },
  outdir: assets,
  bundle: true,
  minify: true,
  metafile: true,
  format: "iife",
  target: ["chrome105", "firefox105", "safari16"],
  charset: "ascii",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  alias: { react: "preact/compat", "react-dom": "preact/compat" },
  define: { "process.env.NODE_ENV": '"production"' },
});

const packages = new Set();
for (const path of Object.keys(result.metafile.inputs)) {
  const found = path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) packages.add(found[1]);
}
const notices = [...packages].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).filter((f) => /^licen[cs]e/i.test(f)).sort()[0];
  if (!file) throw new Error(`${name} has no licence file`);
  const text = readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim();
  return `${name} ${about.version} (${about.license})\n\n${text}\n`;
});
const line = `\n${"=".repeat(80)}\n\n`;
writeFileSync(join(assets, "THIRD_PARTY_NOTICES.txt"), `report.js contains these libraries.\n${line}${notices.join(line)}`);
