// The committed script and style are what the sources here build to.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");

test("building again gives the committed files", () => {
  const folder = mkdtempSync(join(tmpdir(), "regesta-build-"));
  execFileSync(process.execPath, [join(web, "build.mjs"), folder]);
  for (const name of ["report.js", "report.css", "THIRD_PARTY_NOTICES.txt"]) {
    const committed = readFileSync(join(web, "../pipeline/report/assets", name));
    assert.ok(readFileSync(join(folder, name)).equals(committed), `${name} differs: run \`make web\` and commit it`);
  }
  rmSync(folder, { recursive: true });
});
