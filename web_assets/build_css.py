"""Cuts Bootstrap's right-to-left sheet down to what the console's templates use.

    python web_assets/build_css.py PATH/bootstrap.rtl.min.css

PATH is `dist/css` of the npm package bootstrap, version 5.3.9. Writes `web_assets/bootstrap.rtl.css`, the same bytes
for the same input, and keeps the licence header. Dark colours follow the reader's system, not an attribute.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent / "console" / "templates"
OUTPUT = HERE / "bootstrap.rtl.css"

# What page authors may count on, whether or not a template uses it yet (patterns over whole class names).
PROMISED = """
container|container-fluid|row|col|col-auto|col-(3|4|6|8|9|12)|col-(sm|md|lg)-(3|4|5|6|7|8|9|12|auto)|g-[0-4]|gx-3|gy-3
table|table-sm|table-hover|table-responsive|align-middle
btn|btn-(primary|secondary|success|danger|warning|light|link|sm|lg|outline-(primary|secondary|danger|success))|btn-group
form-control|form-control-(sm|lg)|form-select|form-select-sm|form-label|form-text|form-check|form-check-(input|label|inline)
form-switch|input-group|input-group-text|is-invalid|is-valid|invalid-feedback|was-validated|col-form-label
badge|rounded|rounded-(pill|circle|0|1|2|3)|text-bg-(primary|secondary|success|danger|warning|info|light|dark)
alert|alert-(primary|secondary|success|danger|warning|info)|alert-(heading|link)
card|card-(body|title|subtitle|text|header|footer)|list-group|list-group-(item|flush|item-action)|list-(unstyled|inline)
nav|nav-(link|item|tabs|pills)|tab-content|pagination|page-(item|link)|breadcrumb|breadcrumb-item|active|disabled|show
d-(none|block|flex|grid|inline|inline-block|inline-flex)|d-(sm|md|lg)-(none|block|flex|inline|inline-block)|d-print-none
flex-(row|column|wrap|nowrap|grow-1|grow-0|shrink-0|fill)|flex-md-(row|column)|vstack|hstack
justify-content-(start|end|center|between)|align-items-(start|end|center|baseline|stretch)|align-self-(start|end|center)
gap-[0-5]|[mp][tbsexy]?-([0-5]|auto)|w-(25|50|75|100|auto)|mw-100|h-100
text-(start|end|center|nowrap|break|truncate|muted|body-secondary|primary|success|danger|warning|decoration-none)
fw-(normal|semibold|bold)|fs-[1-6]|h[1-6]|lead|small|border|border-(0|top|bottom|start|end)|bg-body-tertiary|shadow-sm
ms-auto|me-auto|position-(relative|sticky)|sticky-top|visually-hidden|visually-hidden-focusable|lh-(1|sm|base)
"""
PROMISED_CLASS = re.compile("|".join(line for line in PROMISED.split() if line))
CLASS_IN_SELECTOR = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
WORD = re.compile(r"-?[A-Za-z_][\w-]*")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DARK = "[data-bs-theme=dark]"


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Each top-level (prelude, body) in order; a statement without a body, such as `@charset`, has body ''."""
    start = depth = opened = 0
    for at, character in enumerate(css):
        if character == "{":
            depth += 1
            if depth == 1:
                opened = at
        elif character == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : at]
                start = at + 1
        elif character == ";" and depth == 0:
            yield css[start:at].strip(), ""
            start = at + 1


def selectors(prelude: str) -> list[str]:
    """The selectors of a list, split at the commas that stand outside brackets."""
    parts, depth = [""], 0
    for character in prelude:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def is_used(selector: str, words: set[str]) -> bool:
    """Whether every class that the selector demands is promised or appears in a template."""
    demanded = CLASS_IN_SELECTOR.findall(re.sub(r":not\([^)]*\)", "", selector))
    return all(name in words or PROMISED_CLASS.fullmatch(name) for name in demanded)


def purged(css: str, words: set[str]) -> str:
    """The rules whose selectors are used, `[data-bs-theme=dark]` rewritten as a media query, the rest as it stood."""
    kept = []
    for prelude, body in blocks(css):
        if prelude.startswith(("@media", "@supports")):
            inner = purged(body, words)
            kept.append(f"{prelude}{{{inner}}}" if inner else "")
        elif prelude.startswith("@keyframes"):
            kept.append(f"{prelude}{{{body}}}")
        elif body:
            kept.append(rule([one for one in selectors(prelude) if is_used(one, words)], body))
    return "".join(kept)


def rule(kept: list[str], body: str) -> str:
    """One rule for the selectors that stay; of the dark theme, in a `prefers-color-scheme` block of screens."""
    light = [one for one in kept if DARK not in one]
    dark = [(one.replace(DARK, "").strip() or ":root") for one in kept if DARK in one]
    text = f"{','.join(light)}{{{body}}}" if light else ""
    return text + (f"@media screen and (prefers-color-scheme:dark){{{','.join(dark)}{{{body}}}}}" if dark else "")


def without_unused_keyframes(css: str) -> str:
    """The sheet without the animations that no remaining rule names."""
    for prelude, body in list(blocks(css)):
        name = prelude.removeprefix("@keyframes").strip()
        if prelude.startswith("@keyframes") and css.count(name) == 1:
            css = css.replace(f"{prelude}{{{body}}}", "")
    return css


def words_of(templates: Path) -> set[str]:
    """Every word of every template: more than the classes, so that a class put together by a condition is found."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(templates.rglob("*.html")))
    return {word for text in texts for word in WORD.findall(text)}


def build(source: str, words: set[str]) -> str:
    """The whole purged sheet with its licence header."""
    header = re.search(r"/\*!.*?\*/", source, re.DOTALL)
    if header is None:
        raise SystemExit("The sheet has no licence header: is it bootstrap.rtl.min.css as published?")
    rules = without_unused_keyframes(purged(COMMENT.sub("", source), words))
    return f'@charset "UTF-8";\n{header.group()}\n/* Purged by web_assets/build_css.py. */\n{rules}\n'


def main() -> None:
    """Reads the sheet named on the command line and writes the purged one."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    built = build(Path(sys.argv[1]).read_text(encoding="utf-8"), words_of(TEMPLATES))
    OUTPUT.write_text(built, encoding="utf-8")
    sys.stdout.write(f"{OUTPUT.name}: {len(built.encode()):,} bytes\n")


if __name__ == "__main__":
    main()
