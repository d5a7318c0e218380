"""Emoji, each a letter as people see it: what may stand in place of some, of the same kind and whole."""

from __future__ import annotations

import re

_SIGN = (
    "[\u00a9\u00ae\u203c-\u2049\u2122-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff\U0001f000-\U0001f1e5"
    "\U0001f300-\U0001f3fa\U0001f400-\U0001faff]"
)
_TONE = "[\U0001f3fb-\U0001f3ff]"
_ONE = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|"
    rf"{_SIGN}\ufe0f?{_TONE}?(?:\u200d{_SIGN}\ufe0f?{_TONE}?)*[\U000e0020-\U000e007f]*"
)
_PIECES = re.compile(rf"{_ONE.pattern}|[ \t]")
_SEVERAL = re.compile(rf"(?:(?:{_ONE.pattern})[ \t]*)+")
FLAGS = (
    "SE NO DK FI IS DE FR ES IT PT NL BE CH AT PL CZ GR IE GB UA HR HU RO TR US CA MX BR AR JP KR CN IN AU NZ ZA EG KE"
).split()
GROUPS = tuple(
    group.split()
    for group in (
        "😀 😃 😄 😁 😊 🙂 😉 😍 🥰 😘 😂 🤣 😅 🥳 😎 🤩 🤗 🤔 😴 😌 😋 😇 🙃 😜 😢 😭 😱 😡 😬 🙄 😳 😷 🤒 🥶 🥵 😏",
        "❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💕 💖 💗 💞 💔 ✨ ⭐ 🌟 💫 🔥 💯",
        "👍 👎 👏 🙏 🙌 👋 🤝 💪 👌 🤞 👊 👉 👇 🤙 ✌️ ✋",
        "👩 👨 🧑 👧 👦 👶 👵 👴 👮 👷 💃 🕺 🏃 🚶 🤷 🙋 🤦 👩‍🍳 👨‍🍳 👩‍🏫 👨‍🏫 👩‍💻 👨‍💻 👩‍⚕️ 👨‍⚕️ 👩‍🌾 👨‍🌾 👩‍🎨 👨‍🎤 👩‍🚀 👨‍🚒",
        "👪 👨‍👩‍👧 👨‍👩‍👦 👨‍👩‍👧‍👦 👩‍👧 👨‍👦 👩‍👦 👨‍👧 👭 👫 👬",
        "🍎 🍐 🍊 🍋 🍌 🍉 🍇 🍓 🍒 🥝 🍅 🥕 🌽 🍞 🥐 🧀 🍕 🍔 🍟 🌮 🍝 🍜 🍣 🍲 🥗 🍰 🎂 🍪 🍫 🍦 ☕ 🍵 🍺 🍷 🥂",
        "🐶 🐱 🐭 🐰 🦊 🐻 🐼 🐨 🐯 🦁 🐮 🐷 🐸 🐵 🐔 🐧 🐦 🦉 🐴 🐝 🦋 🐢 🐟 🐬 🐳 🐘",
        "🌸 🌹 🌻 🌷 🌼 💐 🌿 🍀 🍁 🍂 🌲 🌳 🌴 🌵 🌱",
        "☀️ 🌤️ ⛅ ☁️ 🌧️ ⛈️ ❄️ ⛄ 🌈 🌙 🌊 💨 ☔ ⚡",
        "🚗 🚕 🚌 🚆 🚲 🛵 ✈️ 🚀 ⛵ 🚢 🏖️ 🏝️ 🏔️ ⛺ 🏠 🏡 🏨 🏫 🗺️ 🧳 🚉 🛫 🛬 🏕️",
        "⚽ 🏀 🎾 🏐 🏓 🏸 🥅 ⛳ 🏊 🚴 🎮 🎲 🎸 🎹 🎤 🎧 🎬 🎨 🎭 🎉 🎊 🎈 🎁 🎄 🏆 🥇 🎟️",
        "📱 💻 📷 📚 📖 📝 ✏️ 📌 📎 📅 📈 📉 💡 🔑 🔒 🔔 ⏰ ⌚ 💰 💳 📦 ✉️ 📧 🛒 🧹 🔧 🔨",
        "✅ ❌ ⚠️ ❗ ❓ ➡️ ⬅️ ⬆️ ⬇️ 🔴 🟢 🟡 🔵 🆕 🚧 ⛔ ✔️",
    )
)
"""of one kind each"""
MOST = 48
"""that are offered"""
NEAR = 12
"""characters on each side whose emoji are not written again"""
PEOPLE = (2, 3)
"""of GROUPS those with skin"""


def instead(before: str, old: str, after: str) -> tuple[str, ...]:
    """As many emoji of the same kinds as ``old`` consists of, in some ways; none where it is anything else."""
    if not _SEVERAL.fullmatch(old) or old.isascii():
        return ()
    was = _ONE.findall(old)
    near = {*was, *_ONE.findall(before[-NEAR:]), *_ONE.findall(after[:NEAR])}
    kinds = [[one for one in _like(sign) if one not in near] for sign in was]
    made = []
    for turn in range(min(MOST, max(map(len, kinds)))):
        signs = iter(kind[(turn + 7 * at) % len(kind)] for at, kind in enumerate(kinds))
        made.append("".join(next(signs) if piece in was else piece for piece in _PIECES.findall(old)))
    return tuple(dict.fromkeys(made))


def _like(sign: str) -> list[str]:
    """Those of its kind, with its skin."""
    if "\U0001f1e6" <= sign[0] <= "\U0001f1ff":
        return ["".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in code) for code in FLAGS]
    tone = re.search(_TONE, sign)
    plain = re.sub(_TONE, "", sign).replace("\ufe0f", "")
    bare = [[one.replace("\ufe0f", "") for one in group] for group in GROUPS]
    exact = (at for at, group in enumerate(bare) if plain in group)
    begun = (at for at, group in enumerate(bare) if any(one[0] == plain[0] for one in group))
    at = next(exact, next(begun, 0 if "\u200d" not in plain else PEOPLE[1]))
    kind = [one for one in GROUPS[at] if "\u200d" in one] if "\u200d" in plain else GROUPS[at]
    if tone is None or at not in PEOPLE:
        return kind
    return [one[0] + tone[0] + one[1:].removeprefix("\ufe0f") for one in kind]
