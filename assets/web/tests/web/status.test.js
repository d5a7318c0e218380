import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { statusLine } from "../../src/web/status.js";

test("what was said of the text goes when the text is changed, but not before it could be read", () => {
  let now = 10_000;
  mock.method(performance, "now", () => now);
  mock.timers.enable({ apis: ["setTimeout"] });
  /** @param {number} ms */
  const later = (ms) => {
    now += ms;
    mock.timers.tick(ms);
  };
  const element = { textContent: /** @type {string | null} */ ("") };
  let idle = true;
  const line = statusLine(element, { textContent: null }, () => idle);
  line.say("Saved");
  later(60_000);
  assert.equal(element.textContent, "Saved");
  line.over();
  assert.equal(element.textContent, "");
  line.say("The proposal is gone.");
  line.over();
  later(2000);
  assert.equal(element.textContent, "The proposal is gone.");
  later(2000);
  assert.equal(element.textContent, "");
  line.say("Accepted");
  line.over();
  later(1000);
  line.say("Tab accepts, Esc discards.");
  idle = false;
  line.over();
  later(9000);
  assert.equal(element.textContent, "Tab accepts, Esc discards.");
  mock.timers.reset();
  mock.restoreAll();
});

test("what changes all the time is seen and not heard", () => {
  const [seen, heard] = [
    { textContent: /** @type {string | null} */ ("") },
    { textContent: /** @type {string | null} */ ("") },
  ];
  const line = statusLine(seen, heard, () => false);
  line.say("Writing…");
  for (let step = 1; step < 30; step++) line.say(`Step ${step}`, "");
  assert.deepEqual([seen.textContent, heard.textContent], ["Step 29", "Writing…"]);
  line.say("Tab accepts.", "“No.” Tab accepts.");
  assert.deepEqual([seen.textContent, heard.textContent], ["Tab accepts.", "“No.” Tab accepts."]);
});
