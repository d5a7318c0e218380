"""The settings panel: drawn from what the engine says can be set, remembered per system, and checked before a run."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

import engine
from tests.e2e.conftest import Editor, Site, until

pytestmark = pytest.mark.browser
TEXT = "One two three four.\nFive six seven eight.\n"


def everything_open(editor: Editor) -> None:
    editor.page.get_by_test_id("more").evaluate("element => { element.open = true; }")


def run(editor: Editor, words: str = "two three") -> None:
    editor.write(TEXT)
    editor.select(words)
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()


def kept(site: Site, editor: Editor) -> dict:
    """The settings of the run on screen, as the database has them."""
    settings = site.service.store.runs.get(editor.page.evaluate("__palimpsest.run().id")).settings
    assert settings is not None
    return settings


@pytest.mark.parametrize("name", engine.SYSTEMS)
def test_every_setting_of_a_system_is_there(editor: Editor, name: str) -> None:
    page = editor.page
    page.get_by_test_id(f"system-{name}").check()
    everything_open(editor)
    values = {p.name: p.default for p in engine.SYSTEMS[name].parameters}
    hidden = engine.inert(engine.SYSTEMS[name], engine.scripted())
    for parameter in engine.SYSTEMS[name].parameters:
        control = page.get_by_test_id(parameter.name)
        if parameter.name in hidden or not parameter.offered:
            expect(control).to_be_hidden()
            continue
        if parameter.when and values[parameter.when[0]] not in parameter.when[1]:
            expect(control).to_be_hidden()
            continue
        expect(control).to_be_visible()
        described = page.locator(f"#{control.get_attribute('aria-describedby')}")
        expect(described).to_contain_text(parameter.meaning)
        if parameter.kind == "switch":
            expect(control).to_be_checked(checked=bool(parameter.default))
        elif parameter.kind == "choice":
            expect(control).to_have_value(str(parameter.default))
        else:
            expect(described).to_contain_text(f"{parameter.low:g} to {parameter.high:g}, default {parameter.default:g}")
            for field in (control, page.get_by_test_id(f"{parameter.name}-slider")):
                assert float(field.input_value()) == parameter.default


def test_sliders_and_fields_move_together_and_defaults_come_back(editor: Editor) -> None:
    page = editor.page
    page.get_by_test_id("system-llada").check()
    defaults = page.get_by_test_id("defaults")
    expect(defaults).to_be_disabled()
    page.get_by_test_id("temperature").fill("0.7")
    assert page.get_by_test_id("temperature-slider").input_value() == "0.7"
    page.get_by_test_id("strength-slider").fill("0.25")
    expect(page.get_by_test_id("strength")).to_have_value("0.25")
    defaults.click()
    expect(page.get_by_test_id("temperature")).to_have_value("0")
    expect(page.get_by_test_id("strength-slider")).to_have_value("1")
    expect(defaults).to_be_disabled()


def test_a_setting_without_a_meaning_is_hidden_and_not_sent(editor: Editor, site: Site) -> None:
    page = editor.page
    page.get_by_test_id("system-mercury").check()
    everything_open(editor)
    expect(page.get_by_test_id("factor")).to_be_hidden()
    page.get_by_test_id("rule").select_option("factor")
    page.get_by_test_id("factor").fill("2.5")
    run(editor)
    assert kept(site, editor)["factor"] == 2.5
    expect(page.get_by_test_id("stats")).to_contain_text("factor2.5")
    page.keyboard.press("Escape")
    page.get_by_test_id("factor").fill("99")
    page.get_by_test_id("rule").select_option("threshold")
    run(editor)
    usual = next(p.default for p in engine.SYSTEMS["mercury"].parameters if p.name == "factor")
    assert kept(site, editor).get("factor", usual) == usual, "what was typed there is not sent"


def test_values_are_remembered_per_system(editor: Editor) -> None:
    page = editor.page
    page.get_by_test_id("system-llada").check()
    page.get_by_test_id("steps").fill("5")
    page.get_by_test_id("system-mdlm").check()
    expect(page.get_by_test_id("steps")).to_have_value("16")
    page.get_by_test_id("steps").fill("9")
    page.get_by_test_id("length").select_option("exact")
    page.get_by_test_id("length-tokens").fill("3")
    page.reload()
    page.wait_for_selector('.pz-app[data-ready="true"]')
    expect(page.get_by_test_id("system-mdlm")).to_be_checked()
    expect(page.get_by_test_id("steps")).to_have_value("9")
    expect(page.get_by_test_id("length-tokens")).to_have_value("3")
    page.get_by_test_id("system-llada").check()
    expect(page.get_by_test_id("steps")).to_have_value("5")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("steps", "500", "Steps must be a whole number in 1 to 128, not 500."),
        ("steps", "2.5", "Steps must be a whole number in 1 to 128, not 2.5."),
        ("temperature", "", "Temperature must be a number in 0 to 2, and the field holds none."),
        ("length-tokens", "0", "Length in tokens must be a whole number in 1 to 256, not 0."),
        ("seed", "-1", "Seed must be a whole number in 0 to 4294967295, not -1."),
    ],
)
def test_a_wrong_value_refuses_the_run_and_is_named(editor: Editor, field: str, value: str, message: str) -> None:
    page = editor.page
    page.get_by_test_id("system-llada").check()
    page.get_by_test_id("length").select_option("exact")
    page.get_by_test_id("reroll").uncheck()
    page.get_by_test_id(field).fill(value)
    editor.write(TEXT)
    editor.select("two three")
    page.get_by_test_id("run").click()
    expect(page.get_by_role("alert")).to_contain_text(message)
    assert page.locator(".pz-span").count() == 0


def test_the_length_wished_for_is_the_length_written(editor: Editor) -> None:
    editor.page.get_by_test_id("length").select_option("exact")
    editor.page.get_by_test_id("length-tokens").fill("4")
    run(editor)
    expect(editor.page.get_by_test_id("stats")).to_contain_text("length4: as many as were asked for")
    editor.page.keyboard.press("Tab")
    assert editor.text() == TEXT.replace("two three", "som")  # a token is a byte here, and one is the space before


def test_another_system_is_one_click_on_the_same_words_and_seed(editor: Editor, site: Site) -> None:
    page = editor.page
    page.get_by_test_id("system-llada").check()
    expect(page.get_by_test_id("again-hint")).to_be_hidden()
    run(editor)
    expect(page.get_by_test_id("again-hint")).to_be_visible()
    first = kept(site, editor)
    page.get_by_test_id("system-mercury").check()
    page.wait_for_function("__palimpsest.run()?.settings.system === 'mercury'")
    editor.wait_review()
    second = kept(site, editor)
    assert second["seed"] == first["seed"] and second["system"] == "mercury"
    page.keyboard.press("Control+Enter")  # nothing was changed: another seed
    page.wait_for_function("seed => __palimpsest.run()?.settings.seed !== seed", arg=first["seed"])
    editor.wait_review()
    assert editor.text() == TEXT


def test_noise_is_drawn_as_glyphs_that_flicker_unless_motion_is_unwanted(editor: Editor) -> None:
    page = editor.page
    for motion in ("no-preference", "reduce"):
        page.emulate_media(reduced_motion=motion)
        page.get_by_test_id("system-gemini").check()
        run(editor)
        page.get_by_test_id("timeline").fill("0")
        expect(page.locator(".pz-u").first).to_be_visible()
        glyphs = "() => [...document.querySelectorAll('.pz-u')].map((e) => e.textContent).join('')"
        before = page.evaluate(glyphs)
        assert before
        if motion == "reduce":
            page.wait_for_timeout(400)
            assert page.evaluate(glyphs) == before
        else:
            page.wait_for_function(f"before => ({glyphs})() !== before", arg=before)
        page.keyboard.press("Escape")


def test_a_run_is_prepared_with_the_seed_it_will_have(editor: Editor, site: Site, monkeypatch) -> None:
    asked: list[dict] = []
    texts = site.service.texts
    told = lambda payload: asked.append({**payload, "text": texts.of(payload)}) or {}  # noqa: E731
    monkeypatch.setitem(site.service._calls, "prepare", told)
    editor.write(TEXT)
    editor.select("two three")
    until(lambda: asked)
    editor.page.keyboard.press("Control+Enter")
    editor.wait_review()
    settings = kept(site, editor)
    assert asked[-1]["spans"] == [[4, 13]] and asked[-1]["seed"] == settings["seed"], json.dumps(asked)
    assert asked[-1]["system"] == settings["system"] and asked[-1]["text"] == TEXT


def test_the_text_up_to_a_distant_cursor_is_read(editor: Editor, site: Site, monkeypatch) -> None:
    asked: list[dict] = []
    monkeypatch.setitem(site.service._calls, "warm", lambda payload: asked.append(payload) or {})
    editor.write("😀" + "word " * 1000)
    cursors = lambda: [payload["cursor"] for payload in asked if "cursor" in payload]  # noqa: E731
    until(cursors)
    editor.page.evaluate("__palimpsest.view.dispatch({selection: {anchor: 4002}})")
    until(lambda: len(cursors()) > 1)
    assert cursors()[1:] == [4001]
