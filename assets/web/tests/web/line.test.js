import assert from "node:assert/strict";
import test from "node:test";
import { lineTo, SILENT_MS } from "../../src/web/line.js";

/** A line on which `answer(name)` answers, and what came of it. */
function laid(t, answer) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const come = [];
  const told = [];
  const asked = [];
  let run = "r1";
  const line = lineTo(
    { call: async (name) => answer(name), run: (payload) => asked.push(payload.run), cancel() {} },
    {
      notice: (message) => told.push(message),
      writing: () => run,
      frames: (json) => {
        come.push(JSON.parse(json));
        if (come.at(-1).frames.at(-1).error) run = null;
      },
    },
  );
  const wait = async () => {
    t.mock.timers.tick(SILENT_MS);
    for (let i = 0; i < 10; i++) await null;
  };
  return { line, come, told, asked, wait, leave: () => (run = null) };
}

test("a call that gives nothing or fails is an error that says so", async (t) => {
  for (const answer of [
    () => undefined,
    () => {
      throw new TypeError("Failed to fetch");
    },
  ]) {
    const { line, told } = laid(t, answer);
    assert.equal((await line.ask("save")).error.code, "offline");
    assert.equal(await line.call("save"), null);
    assert.match(told[0], /does not answer/);
    assert.equal(await line.quietly("warm"), null);
    assert.equal(told.length, 1);
    t.mock.timers.reset();
  }
});

test("what is too large to be sent is told from a Python that does not answer", async () => {
  const line = lineTo({ call: async () => null }, { notice() {}, writing: () => null, frames() {}, limit: 4096 });
  assert.equal((await line.ask("save", { text: "ä".repeat(1000) })).error.code, "offline");
  const { error } = await line.ask("save", { text: "ä".repeat(2000) });
  assert.equal(error.code, "body_too_large");
  assert.match(error.message, /the limit is 0.00390625 MB/);
});

test("a run of which nothing is heard while Python does not answer ends with that error", async (t) => {
  const { line, come, wait } = laid(t, () => undefined);
  line.run({ run: "r1" });
  await wait();
  assert.deepEqual(
    come.map((batch) => [batch.run, batch.frames[0].error.code]),
    [["r1", "offline"]],
  );
  await wait();
  assert.equal(come.length, 1, "and no more is asked");
});

test("a run that is slow goes on, one that is over without a result is given up at the second silence", async (t) => {
  let running = true;
  const { line, come, wait } = laid(t, () => ({ running }));
  line.run({ run: "r1" });
  for (let i = 0; i < 5; i++) await wait();
  assert.equal(come.length, 0);
  running = false;
  await wait();
  assert.equal(come.length, 0);
  line.onFrames(JSON.stringify({ run: "r1", seq: 0, frames: [{ step: 0 }] })); // it was on its way
  await wait();
  assert.equal(come.length, 1);
  await wait();
  assert.equal(come.at(-1).frames[0].error.code, "gone");
});

test("a run is not asked for while nobody answers, and is as soon as somebody does", async (t) => {
  let answers = false;
  const { line, come, asked } = laid(t, () => (answers ? { running: false } : null));
  await line.quietly("save");
  answers = true;
  await line.run({ run: "r1" });
  assert.deepEqual(asked, ["r1"]);
  answers = false;
  await line.quietly("save");
  await line.run({ run: "r1" });
  assert.deepEqual(asked, ["r1"], "Gradio would load the page anew");
  assert.deepEqual([come.length, come[0].run, come[0].frames[0].error.code], [1, "r1", "offline"]);
});

test("a run that is cancelled while it is asked whether somebody answers does not begin", async (t) => {
  let answers = false;
  const { line, come, asked, leave } = laid(t, () => (answers ? { running: false } : null));
  await line.quietly("save");
  answers = true;
  const begun = line.run({ run: "r1" });
  leave();
  await begun;
  assert.deepEqual([asked, come], [[], []]);
});
