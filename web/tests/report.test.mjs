// The page in a real browser: every view opens, filters, and leads back to the words; nothing leaves the machine.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const executablePath = process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const VIEWS = ["overview", "timeline", "network", "events", "actors", "read", "actor=athens", "tie=athens%20persia", "event=war%3Ae17-25-ASSAULT"];

let folder;
let browser;
before(() => {
  assert.ok(executablePath, "no Chromium found: install it or set CHROMIUM to its path");
  folder = mkdtempSync(join(tmpdir(), "regesta-pages-"));
  execFileSync(process.env.PYTHON || "python3", [join(here, "pages.py"), folder], { stdio: "inherit" });
});
before(async () => {
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
});
after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

// A page that fails the test on an error, a dialog or anything fetched from elsewhere.
async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  // axe is put into the page, which the page's own policy would refuse.
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && troubles.push(m.text()));
  page.on("pageerror", (e) => troubles.push(e.message));
  page.on("dialog", (d) => { troubles.push(`dialog: ${d.message()}`); d.dismiss(); });
  page.on("request", (r) => /^(file|data|blob):/.test(r.url()) || troubles.push(`fetched ${r.url()}`));
  const path = name.endsWith(".html") ? name : join(folder, name, "report.html");
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector("h1");
  return { page, troubles, close: () => context.close() };
}

const go = async (page, hash) => {
  await page.evaluate((h) => { location.hash = h; }, hash);
  await page.waitForTimeout(250);
};

// What axe calls serious or critical, in words; axe must be in the page.
async function serious(page, view) {
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const found = result.violations.filter((v) => ["serious", "critical"].includes(v.impact));
  return found.map((v) => `${view}: ${v.id} ${v.nodes[0].html} ${v.nodes[0].failureSummary}`);
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1200, 400]) {
    test(`every view opens without an error and is accessible (${colorScheme}, ${width} px)`, async () => {
      const { page, troubles, close } = await open("small", { colorScheme, viewport: { width, height: 800 } });
      await page.evaluate(axe);
      for (const view of VIEWS) {
        await go(page, view);
        assert.ok((await page.textContent("h1")).length > 2, view);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${view} is wider than the window`);
        assert.deepEqual(await serious(page, view), []);
      }
      assert.deepEqual(troubles, []);
      await close();
    });
  }
}

test("filters of the event table count, sort and save what is left", async () => {
  const { page, close } = await open("small", { acceptDownloads: true });
  await go(page, "events");
  assert.equal(await page.locator("tbody tr").count(), 4, "each event once");
  await page.getByLabel("each event once").uncheck();
  assert.equal(await page.locator("tbody tr").count(), 5);
  await page.getByLabel("Actor").fill("Sparta");
  assert.equal(await page.locator("tbody tr").count(), 2);
  await page.getByLabel("Actor").fill("");
  await page.getByLabel("To year").fill("-100");
  assert.deepEqual(await page.locator("tbody td.trigger").allTextContents(), ["attacked"]);
  await page.getByRole("button", { name: "Reset" }).click();
  await page.getByText("Factuality: all").click();
  await page.getByRole("checkbox", { name: "denied" }).check();
  assert.deepEqual(await page.locator("tbody td.trigger").allTextContents(), ["denied"]);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /as CSV/ }).click()]);
  const rows = readFileSync(await download.path(), "utf8").trim().split("\n");
  assert.equal(rows.length, 2);
  assert.match(rows[1], /denied/);
  await page.getByRole("button", { name: "Reset" }).click();
  await page.getByRole("button", { name: "Words" }).click();
  const words = await page.locator("tbody td.trigger").allTextContents();
  assert.deepEqual(words, [...words].sort());
  assert.equal(await page.locator("th.trigger").getAttribute("aria-sort"), "ascending");
  await close();
});

test("an event leads back to its words in the text", async () => {
  const { page, close } = await open("small");
  await go(page, "event=war%3Ae17-25-ASSAULT");
  assert.match(await page.textContent("h1"), /Persia attacked Athens/);
  assert.equal(await page.textContent("blockquote mark"), "attacked");
  await page.getByRole("link", { name: "war", exact: true }).click();
  await page.waitForSelector(".focused");
  await page.waitForSelector(".panel .note");
  assert.equal(await page.textContent(".focused"), "attacked");
  assert.match(await page.textContent(".panel"), /ASSAULT/);
  await close();
});

test("marked words explain themselves", async () => {
  const { page, close } = await open("small");
  await go(page, "read=war");
  await page.getByRole("link", { name: "490 BC" }).click();
  assert.match(await page.textContent(".panel"), /-0490/);
  await page.locator(".mark.mention", { hasText: "Persia" }).first().click();
  await page.locator(".panel").getByRole("link", { name: "Persia" }).click();
  assert.equal(await page.textContent("h1"), "Persia");
  await close();
});

test("a tie shows the sentences and events behind it", async () => {
  const { page, close } = await open("small");
  await go(page, "network");
  assert.equal(await page.evaluate(() => document.querySelector(".graph").graph.edges(":visible").length), 2);
  const middle = await page.evaluate(() => {
    const graph = document.querySelector(".graph").graph;
    const edge = graph.edges().filter((e) => e.data("balance") < 0)[0];
    const box = document.querySelector(".graph").getBoundingClientRect();
    const { x1, x2, y1, y2 } = edge.renderedBoundingBox();
    return { x: box.x + (x1 + x2) / 2, y: box.y + (y1 + y2) / 2 };
  });
  await page.mouse.click(middle.x, middle.y);
  await page.waitForSelector(".panel h2");
  assert.match(await page.textContent(".panel"), /Athens and Persia/);
  assert.match(await page.textContent(".panel"), /Persia attacked Athens in 490 BC\./);
  await page.getByLabel("Ties by").selectOption("events");
  await page.getByLabel(/^From/).fill("1900");
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => document.querySelector(".graph").graph.edges(":visible").length), 1, "only the treaty of 1958 is left");
  await close();
});

test("the timeline zooms by keyboard and lists what is in view", async () => {
  const { page, close } = await open("small");
  await go(page, "timeline");
  await page.locator("canvas[role=img]").focus();
  await page.keyboard.press("Home");
  await page.waitForTimeout(300);
  assert.equal(await page.locator("ol.events li").count(), 2, "two dated events");
  await page.getByLabel("From year").fill("1900");
  await page.waitForTimeout(300);
  assert.equal(await page.locator("ol.events li").count(), 1);
  const before = await page.textContent(".toolbar output");
  await page.locator("canvas[role=img]").focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press("+");
  await page.waitForTimeout(300);
  assert.notEqual(await page.textContent(".toolbar output"), `${before} `);
  await close();
});

test("an event on the timeline is opened with a click", async () => {
  const { page, close } = await open("small");
  await go(page, "timeline");
  await page.getByLabel("From year").fill("1900");
  await page.waitForTimeout(400);
  const box = await page.locator("canvas[role=img]").boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + 15);
  await page.waitForTimeout(300);
  assert.match(await page.textContent("h1"), /signed/);
  await close();
});

test("script in a text, a title or a file name never runs", async () => {
  const file = readdirSync(join(folder, "hostile")).find((f) => f.includes("alert"));
  for (const name of ["hostile", join(folder, "hostile", file)]) {
    const { page, troubles, close } = await open(name);
    for (const view of ["overview", "timeline", "network", "events", "actors", "read", "actor=athens", "tie=athens%20sparta", "event=<img src=x onerror=alert(3)>"]) await go(page, view);
    await go(page, "read");
    assert.match(await page.textContent("article"), /<script>alert\(1\)/, "the words are shown as words");
    assert.equal(await page.locator("img, #app script").count(), 0);
    assert.deepEqual(troubles, []);
    await close();
  }
});

test("characters beyond the basic plane do not shift the marks", async () => {
  const { page, close } = await open("hostile");
  await go(page, "read");
  assert.equal(await page.textContent(".mark.date"), "1958");
  await close();
});

// How many times slower this machine is now than an idle core of today's laptops: a fixed piece of work, timed in a page.
async function slowness() {
  const page = await browser.newPage();
  const took = await page.evaluate(() => {
    const work = () => {
      const then = performance.now();
      const list = Array.from({ length: 300_000 }, (_, i) => ({ id: `${(i * 7919) % 300_007}`, n: i }));
      list.sort((a, b) => (a.id < b.id ? -1 : 1));
      JSON.parse(JSON.stringify(list));
      return performance.now() - then;
    };
    return Math.max(work(), work());
  });
  await page.close();
  return Math.max(1, took / 600);
}

// The time from a command until the picture that it asks for is there; the better of two, for what else the machine does.
async function timed(tries, act) {
  let best = Infinity;
  for (let i = 0; i < tries; i++) {
    const start = Date.now();
    await act();
    best = Math.min(best, Date.now() - start);
  }
  return best;
}

const shown = async (page, view) => {
  await page.evaluate((h) => { location.hash = h; }, view);
  await page.waitForFunction((v) => document.querySelector(`main.view-${v} h1`), view);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
};

async function inTime(name, seconds) {
  const allowed = 1000 * seconds * (await slowness());
  const opening = await timed(2, async () => { await (await open(name)).close(); });
  assert.ok(opening < allowed, `opening took ${opening} ms, ${allowed} ms are allowed`);
  const { page, troubles, close } = await open(name);
  for (const view of ["timeline", "network", "events", "actors", "read"]) {
    const took = await timed(2, async () => { await shown(page, "overview"); await shown(page, view); });
    assert.ok(took < allowed, `${view} took ${took} ms, ${allowed} ms are allowed`);
  }
  assert.deepEqual(troubles, []);
  await close();
}

test("5,000 events and 1,000 actors are there within four seconds, in every view", () => inTime("big", 4));

// The page of the main job, where it has been made: real names and real sentences.
const article = join(here, "../../outputs/report.html");
test("the article's page is small, there within two seconds, and accessible", { skip: !existsSync(article) && "make it with `make`" }, async () => {
  assert.ok(statSync(article).size < 5e6, `${statSync(article).size} bytes`);
  await inTime(article, 2);
  for (const [colorScheme, width] of [["light", 1200], ["dark", 400]]) {
    const { page, troubles, close } = await open(article, { colorScheme, viewport: { width, height: 800 } });
    await page.evaluate(axe);
    for (const view of ["overview", "timeline", "network", "events", "actors", "actor=iraq", "read"]) {
      await go(page, view);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${view} is wider than the window`);
      assert.deepEqual(await serious(page, view), []);
    }
    assert.deepEqual(troubles, []);
    await close();
  }
});
