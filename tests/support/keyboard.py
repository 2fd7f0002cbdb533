"""A person at a keyboard: Tab, arrows, Space and Enter, with scripts or without."""

from contextlib import AbstractContextManager

from playwright.sync_api import Page

MOST_STEPS = 80
HERE = "selector => document.activeElement.matches(selector)"
# Chosen, and seen: on the screen, and with nothing laid over it.
IN_SIGHT = """() => {
  const one = document.activeElement, label = one.labels?.[0] ?? one;
  return [one, label].some(shown => {
    const box = shown.getBoundingClientRect();
    return box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0
      && box.left < innerWidth;
  });
}"""


class Keyboard:
    """Moves the focus of a page, and never anything else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """One key after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, selector: str, key: str = "Tab") -> None:
        """Go on until the focus is where `selector` says, and can be seen there."""
        for _ in range(MOST_STEPS):
            if self.page.evaluate(HERE, selector):
                assert self.page.evaluate(IN_SIGHT), (selector, self.page.url)
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} never gets to {selector} on {self.page.url}")

    def to_content(self) -> None:
        """Over the header by the skip link, which is the first stop of every page."""
        self.press("Tab")
        assert self.page.evaluate(HERE, ".nhsuk-skip-link"), self.page.url
        self.press("Enter")

    def follow(self, selector: str) -> None:
        """Press the link or button, and wait for the page that it leads to."""
        self.reach(selector)
        with self.new_page():
            self.press("Enter")

    def new_page(self) -> AbstractContextManager[object]:
        """Wait for another document; a mere change of the address is none."""
        return self.page.expect_event("load")

    def choose(self, selector: str) -> None:
        """Choose one of a group of radios: Tab enters the group, arrows move in it."""
        name = self.page.locator(selector).get_attribute("name")
        self.reach(f"input[type=radio][name={name}]")
        if self.page.evaluate(HERE, selector):
            self.press("Space")
        else:
            self.reach(selector, "ArrowDown")

    def tick(self, selector: str) -> None:
        """Tick or untick a box."""
        self.reach(selector)
        self.press("Space")

    def write(self, selector: str, text: str) -> None:
        """Write into a field in place of what it holds."""
        self.reach(selector)
        self.press("ControlOrMeta+a", "Delete")
        self.page.keyboard.insert_text(text)
