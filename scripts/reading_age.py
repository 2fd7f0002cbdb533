"""How old a reader has to be: `make reading` lists the hardest sentences that respondents read.

By the Automated Readability Index (Senter & Smith 1967, AMRL-TR-66-220): from letters to a word and
words to a sentence, so it needs no dictionary of syllables and gives the same everywhere. A text is
for the age of its school grade and five. Of a questionnaire the words of others are left out: they
have to stay as they are, and are listed.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.interface_texts import interface_texts
from surveys.questionnaires.document import Document
from surveys.questionnaires.loading import load

LIBRARY = Path(__file__).parents[1] / "surveys/questionnaires/library"
OLDEST = 11  # for each source as a whole
SHOWN = 25
FEWEST_WORDS = 4  # a label is no sentence
# Every other text is for respondents, also that of a page that somebody adds.
READ_BY_LEADERS = ("templates/insights/", "templates/registration/", "surveys/web/insights/")
MESSAGES = "templates/mail/"


@dataclass(frozen=True)
class Sentence:
    """One sentence, and where it stands."""

    text: str
    source: str

    @property
    def words(self) -> list[str]:
        """What the index counts as words."""
        return re.findall(r"[^\W_][\w’'-]*", self.text)


def age(sentences: list[Sentence]) -> float:
    """The age at which these are read with ease: the index and five."""
    words = [word for one in sentences for word in one.words]
    letters = sum(len(re.sub(r"\W", "", word)) for word in words)
    index = 4.71 * letters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
    return index + 5


def sentences(text: str, source: str) -> Iterator[Sentence]:
    """The sentences of a text; a place for something else counts as one word."""
    plain = re.sub(r"%\(\w+\)[sd]|%%", "it", re.sub(r"<[^>]+>", "", text))
    for part in re.split(r"(?<=[.!?:])\s+|\n+", plain):
        one = Sentence(part.strip(), source)
        if len(one.words) >= FEWEST_WORDS:
            yield one


def of_interface() -> tuple[list[Sentence], list[Sentence]]:
    """What the pages themselves say to respondents, and what messages to them say."""
    pages: list[Sentence] = []
    messages: list[Sentence] = []
    for text in interface_texts().values():
        if not text.file.startswith(READ_BY_LEADERS):
            found = messages if text.file.startswith(MESSAGES) else pages
            found += sentences(text.english, text.file)
            found += sentences(text.plural, text.file)
    return pages, messages


def of_questionnaire(document: Document) -> tuple[list[Sentence], list[str]]:
    """What a questionnaire says in words of ours, and the codes of questions in words of others."""
    borrowed = [code for code, one in document.questions.items() if one.credit]
    found: list[Sentence] = []
    for path, text in document.texts():
        asked = path.startswith(("pages.", "title", "introduction"))
        ours = not any(f".questions.{code}." in path for code in borrowed)
        if asked and ours and not path.endswith((".topic", ".credit", ".source", ".section")):
            found += sentences(text, f"{document.slug}: {path}")
    return found, borrowed


def main() -> int:
    """Print the age of each source and the hardest sentences; 1 where a source is too hard."""
    pages, messages = of_interface()
    sources = {"the pages": pages, "the messages": messages}
    for path in sorted(LIBRARY.glob("*.yaml")):
        found, borrowed = of_questionnaire(load(path).document)
        sources[path.stem] = found
        print(f"{path.stem}: in the words of others, left out: {', '.join(borrowed) or 'none'}")
    too_hard = False
    for name, found in sources.items():
        years = age(found)
        too_hard = too_hard or years > OLDEST
        print(f"{name}: {len(found)} sentences, age {years:.1f} (at most {OLDEST})")
    every = [one for found in sources.values() for one in found]
    print(f"\nThe {SHOWN} hardest sentences:")
    for one in sorted(every, key=lambda one: -age([one]))[:SHOWN]:
        print(f"  {age([one]):4.1f}  {one.text}  [{one.source}]")
    return int(too_hard)


if __name__ == "__main__":
    sys.exit(main())
