"""Our estimates beside those of `svy` and `samplics`, each measured in a process of its own.

`rows` and `measuring` run in two environments and import numpy alone.
"""
