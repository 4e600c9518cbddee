"""``python -m cpcs``: the command line."""

from cpcs.cli import main

if __name__ == "__main__":
    main()
