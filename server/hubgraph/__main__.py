"""`python -m hubgraph` is the same as the `hubgraph` command."""

from hubgraph.cli import main

if __name__ == "__main__":
    main()
