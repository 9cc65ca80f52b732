"""What every command does at a terminal: progress, paths that the user named, stopping."""
