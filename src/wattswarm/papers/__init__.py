"""The papers' experiments and checks on public problems: tables and figures, theirs beside ours."""
