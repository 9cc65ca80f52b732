"""`python -m wattswarm`: the command line without its script."""

from wattswarm.cli import main

if __name__ == "__main__":
    main()
