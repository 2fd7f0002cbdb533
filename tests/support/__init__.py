"""What the tests share: their settings, their browser, their closed network."""
