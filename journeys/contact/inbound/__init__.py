"""What providers bring: kept raw once it is known to be theirs, then read and applied, each part by itself."""
