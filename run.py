#!/usr/bin/env python3
"""The one door to Waymark: `python run.py` brings everything up, `python run.py COMMAND` does one thing.

The commands are the files of `launcher/commands`; `python run.py --help` lists them.
"""

import sys

from launcher.interpreter import use_installed_packages

if __name__ == "__main__":
    use_installed_packages()

from launcher.door import main  # noqa: E402 -- needs the packages that the line above makes sure of

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
