"""`python -m pipeline`: the same as the command `regesta`."""

from pipeline.cli import main

main()
