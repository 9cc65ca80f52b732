"""What every study is made of: kept parts, names of files, processes."""
