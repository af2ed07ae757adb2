"""Jobs: registering, changing, finding and listing them."""
