"""Where the program starts: `musnad`, `python -m musnad`.

Worker processes read this again when they start (that is how `multiprocessing` starts them), so it imports nothing: all
the commands, read by each of them, took longer than opening the plugins.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from musnad.cli import main as run

    run()


if __name__ == "__main__":
    main()
