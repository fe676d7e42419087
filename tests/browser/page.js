// Steps through pages of runs as a person does, with mouse and keys, in Chromium.
//
//     node tests/browser/page.js payment.html run.html
//
// The first page is what `cargo run --example payment -- --page payment.html` writes, the second what
// the tests of the simulator write into `target/tmp/`. `.ci/run` installs what this needs: Chromium,
// whose place CHOR_CHROMIUM says, and playwright-core, in NODE_PATH.

const assert = require("node:assert/strict");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const CRASH = "crashed after sending careless.price to Payer, round 1";

async function main(payment, hostile) {
  const browser = await chromium.launch({
    executablePath: process.env.CHOR_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
    timeout: 60_000,
  });
  try {
    await stepThrough(await open(browser), address(payment));
    await showHostile(await open(browser), address(hostile));
  } finally {
    await browser.close();
  }
  console.log("2 passed, 0 failed");
}

async function open(browser) {
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  return page;
}

function address(file) {
  return pathToFileURL(path.resolve(file)).href;
}

async function stepThrough(page, url) {
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

// A value that would end the script of a careless page, or become a part of it.
async function showHostile(page, url) {
  const problems = watch(page, url);
  await page.goto(url);
  const title = String.raw`"</script><b>\"TAPL\"; #1 end</b>"`;
  await shows(page, "5 of 5", ["Seller", "failed because Buyer did"], 0);
  await page.getByRole("button", { name: "First" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await shows(page, "1 of 5", ["Buyer → Seller: title", title, "tests/sim/diagrams.rs:"], 4);
  const both = { Buyer: `title = ${title}`, Seller: `title = ${title}` };
  assert.deepEqual(await known(page, ["Buyer", "Seller"]), both);
  assert.equal(await page.locator("b", { hasText: "TAPL" }).count(), 0);
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
async function known(page, roles = ["Payer", "Shop"]) {
  const lines = (await page.locator("#known").innerText()).split("\n").map((line) => line.trim());
  const said = lines.filter((line) => line !== "").slice(1);
  return Object.fromEntries(roles.map((role) => [role, said[said.indexOf(role) + 1]]));
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  console.log("at least 1 failed");
  process.exit(1);
});
