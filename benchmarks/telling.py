"""How a measurement is printed."""


def tell(what: str, found: str, promised: str = "", *, kept: bool = True) -> bool:
    """Print one line; returns whether the promise is kept."""
    verdict = f"{promised}: {'kept' if kept else 'NOT KEPT'}" if promised else ""
    print(f"  {what:<44}{found:>22}   {verdict}".rstrip(), flush=True)
    return kept
