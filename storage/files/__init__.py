"""Files that are whole under their name, or are not there."""
