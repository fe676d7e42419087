// Steps through the page of a run as a person does, with mouse and keys, in Chromium.
//
//     node tests/browser/page.js payment.html
//
// The page is what `cargo run --example payment -- --page payment.html` writes. `.ci/run` installs
// what this needs: Chromium, whose place CHOR_CHROMIUM says, and playwright-core, in NODE_PATH.

const assert = require("node:assert/strict");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const CRASH = "crashed after sending careless.price to Payer, round 1";

async function main(file) {
  const browser = await chromium.launch({
    executablePath: process.env.CHOR_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
    timeout: 60_000,
  });
  try {
    await stepThrough(await browser.newPage(), pathToFileURL(path.resolve(file)).href);
  } finally {
    await browser.close();
  }
  console.log("1 passed, 0 failed");
}

async function stepThrough(page, url) {
  page.setDefaultTimeout(10_000);
  const problems = watch(page, url);
  await page.goto(url);
  assert.equal(await page.title(), "careless");

  // At first the page shows the end of the run.
  await shows(page, "3 of 3", ["Payer", "failed because Shop did"], 0);
  assert.ok(await page.getByRole("button", { name: "Next" }).isDisabled());

  await page.getByRole("button", { name: "First" }).click();
  await shows(page, "0 of 3", ["Nothing has happened yet"], 3);
  assert.deepEqual(await known(page), { Payer: "nothing", Shop: "nothing" });
  assert.ok(await page.getByRole("button", { name: "Previous" }).isDisabled());

  await page.getByRole("button", { name: "Next" }).click();
  await shows(page, "1 of 3", ["Shop → Payer: price", "18", "examples/payment/main.rs:"], 2);
  assert.deepEqual(await known(page), { Payer: "price = 18", Shop: "price = 18" });

  await page.keyboard.press("ArrowRight");
  await shows(page, "2 of 3", ["Shop", CRASH], 1);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await shows(page, "3 of 3", ["Payer", "failed because Shop did"], 0);
  await page.keyboard.press("ArrowLeft");
  await shows(page, "2 of 3", ["Shop", CRASH], 1);
  await page.keyboard.press("Home");
  await shows(page, "0 of 3", ["Nothing has happened yet"], 3);

  // A click at the arrow itself.
  await page.locator(".item.message text").first().click();
  await shows(page, "1 of 3", ["Shop → Payer: price", "18"], 2);
  await page.getByRole("button", { name: "Last" }).click();
  await shows(page, "3 of 3", ["Payer", "failed because Shop did"], 0);

  assert.deepEqual(problems, []);
}

// What goes wrong, and what is loaded besides the page itself.
function watch(page, url) {
  const problems = [];
  page.on("console", (message) => problems.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`error: ${error}`));
  page.on("request", (request) => {
    const own = request.url() === url || request.url().startsWith("data:");
    if (!own) problems.push(`request: ${request.url()}`);
  });
  return problems;
}

async function shows(page, count, texts, later) {
  assert.equal(await page.locator("#count").textContent(), count);
  const step = await page.locator("#step").innerText();
  for (const text of texts) assert.ok(step.includes(text), `${text}: ${step}`);
  assert.equal(await page.locator(".item.later").count(), later);
}

// What each role knows, as one reads it.
async function known(page) {
  const lines = (await page.locator("#known").innerText()).split("\n").map((line) => line.trim());
  const said = lines.filter((line) => line !== "").slice(1);
  return Object.fromEntries(["Payer", "Shop"].map((role) => [role, said[said.indexOf(role) + 1]]));
}

main(process.argv[2]).catch((error) => {
  console.error(error);
  console.log("0 passed, 1 failed");
  process.exit(1);
});
