"""What is in a file or an archive, without fetching more of it than is looked at."""
