"""Compiles the catalogues of locale/ into build/locale, where Django looks for them.

polib does it, so that nobody needs the gettext tools. What waits for review (fuzzy) is compiled
too: a page with some words that may be mended is better than a page in two languages.
"""

import sys
from pathlib import Path

import polib

PROJECT = Path(__file__).parents[1]


def compile_translations(built: Path) -> None:
    """Write the compiled catalogue of each language under `built`."""
    for source in sorted((PROJECT / "locale").glob("*/LC_MESSAGES/*.po")):
        catalogue = polib.pofile(str(source), encoding="utf-8")
        for entry in catalogue:
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        compiled = built / source.relative_to(PROJECT / "locale").with_suffix(".mo")
        compiled.parent.mkdir(parents=True, exist_ok=True)
        # A process that starts meanwhile finds the old catalogue or the new one, never half of one.
        half = compiled.with_suffix(".half")
        catalogue.save_as_mofile(str(half))
        half.replace(compiled)


if __name__ == "__main__":
    compile_translations(Path(sys.argv[1]) if sys.argv[1:] else PROJECT / "build" / "locale")
