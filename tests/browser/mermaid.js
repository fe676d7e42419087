// Has Mermaid itself draw the diagrams that the simulator writes for it, in Chromium.
//
//     node tests/browser/mermaid.js target/tmp/mermaid
//
// The folder is what the tests of the simulator write. `.ci/run` installs what this needs: Chromium,
// whose place CHOR_CHROMIUM says, and playwright-core and mermaid, in NODE_PATH.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");

const KINDS = ["at_once", "crash", "cut", "families", "late", "protocol", "run", "votes"];

async function main(folder) {
  const browser = await chromium.launch({
    executablePath: process.env.CHOR_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
    timeout: 60_000,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    const problems = watch(page);
    await page.setContent("<!doctype html><title>diagrams</title>");
    await page.addScriptTag({ path: script() });
    await page.evaluate(() => mermaid.initialize({ startOnLoad: false, securityLevel: "strict" }));
    for (const kind of KINDS) {
      const text = fs.readFileSync(path.join(folder, `${kind}.mmd`), "utf8");
      shows(kind, text, await draw(page, kind, text));
    }
    assert.deepEqual(problems, []);
    await refuses(page);
  } finally {
    await browser.close();
  }
  console.log(`${KINDS.length} passed, 0 failed`);
}

function script() {
  const folders = (process.env.NODE_PATH ?? "").split(path.delimiter);
  const files = folders.map((folder) => path.join(folder, "mermaid/dist/mermaid.min.js"));
  return files.find((file) => fs.existsSync(file)) ?? assert.fail("mermaid isn't in NODE_PATH");
}

/// What goes wrong on the page, and what it asks of others.
function watch(page) {
  const problems = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning") problems.push(line.text());
  });
  page.on("request", (request) => problems.push(`loads ${request.url()}`));
  return problems;
}

/// What stands in the picture.
function draw(page, kind, text) {
  return page.evaluate(
    async ([kind, text]) => {
      const { svg } = await mermaid.render(`d_${kind}`, text);
      document.body.innerHTML = svg;
      const all = (marks) => [...document.querySelectorAll(marks)].map((it) => it.textContent);
      return {
        actors: all("text.actor-box"),
        messages: all("text.messageText"),
        notes: all("text.noteText"),
        frames: all("text.labelText"),
      };
    },
    [kind, text],
  );
}

/// Each line of the text is in the picture, with its signs.
function shows(kind, text, drawn) {
  const found = (pattern) => [...text.matchAll(pattern)].map((match) => plain(match[1]));
  const actors = found(/^ *participant \w+ as (.*)$/gm);
  const messages = found(/^ *\w+-(?:>>|x)\w+: (.*)$/gm);
  const notes = found(/^ *Note over [\w,]+: (.*)$/gm);
  const frames = found(/^ *(alt|loop|opt|par) /gm);
  assert.deepEqual([...new Set(drawn.actors)].sort(), [...new Set(actors)].sort(), kind);
  assert.deepEqual(drawn.messages.map(squeezed), messages.map(squeezed), kind);
  assert.equal(squeezed(drawn.notes.join("")), squeezed(notes.join("")), kind);
  assert.deepEqual(drawn.frames.sort(), frames.sort(), kind);
  assert.ok(messages.length > 0, kind);
}

/// With the signs that are written by number.
function plain(text) {
  return text.replace(/#(\d+);/g, (_, number) => String.fromCodePoint(Number(number)));
}

/// Where lines are broken is Mermaid's to say.
function squeezed(text) {
  return text.replace(/\s+/g, "");
}

/// So that this can fail.
async function refuses(page) {
  const broken = page.evaluate(() => mermaid.parse("sequenceDiagram\n  a->>b: x\n  end\n"));
  await assert.rejects(broken, /Parse error/);
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
