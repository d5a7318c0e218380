// A lesson as a page of its own (GET /api/lessons/ID/export): it works from a memory stick, without the program.
import "./lesson.css";
import { h } from "../web/dom/elements.js";
import { dressed } from "./replayed.js";
import { slidesOf } from "./slides.js";

/** @type {{title: string, version: string, slides: import("../shapes/teaching.js").Slide[]}} */
const lesson = JSON.parse(document.getElementById("run")?.textContent ?? "");
const slides = slidesOf(lesson);
const made = h("footer", { class: "hint" }, `Made with Palimpsest ${lesson.version}.`);
document.body.append(
  dressed(
    h(
      "main",
      { class: "pz-app replay alone" },
      h("h1", { class: "visually-hidden" }, lesson.title),
      slides.element,
      made,
    ),
  ),
);
document.addEventListener("keydown", slides.key);
