"""The NHS design system's own markup, to hold ours against.

nhsuk-frontend-jinja is a port of the macros that nhsuk-frontend publishes; its version is the one
made for the nhsuk-frontend that package.json names.
"""

import re
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag
from jinja2 import ChainableUndefined, Environment, PackageLoader

# Written by Django for every field; the design system has no opinion on them.
DJANGOS_OWN = {"aria-invalid", "cols", "maxlength"}

# Macros that are not called as their folder is.
IRREGULAR = {"tables": "table"}

_environment = Environment(
    loader=PackageLoader("nhsuk_frontend_jinja"), undefined=ChainableUndefined, autoescape=True
)


def reference(component: str, **params: Any) -> str:
    """What the design system's macro makes of these parameters."""
    macro = re.sub("-(.)", lambda found: found[1].upper(), IRREGULAR.get(component, component))
    source = (
        f"{{% from 'nhsuk/components/{component}/macro.jinja' import {macro} %}}"
        f"{{{{ {macro}(params) }}}}"
    )
    return _environment.from_string(source).render(params=params)


def outline(html: str) -> list[Any]:
    """Tags, attributes, words and their order: all that a reader of the page can notice.

    Spaces, comments, the order of classes and of attributes are left out.
    """
    return _children(BeautifulSoup(html, "html.parser"))


def _children(parent: Tag) -> list[Any]:
    found: list[Any] = []
    for child in parent.children:
        if isinstance(child, Tag):
            found.append((child.name, _attributes(child), _children(child)))
        elif not isinstance(child, Comment) and (words := " ".join(child.split())):
            found.append(words)
    return found


def _attributes(tag: Tag) -> dict[str, Any]:
    kept = {name: value for name, value in tag.attrs.items() if name not in DJANGOS_OWN}
    return {
        name: sorted(value) if isinstance(value, list) else value for name, value in kept.items()
    }
