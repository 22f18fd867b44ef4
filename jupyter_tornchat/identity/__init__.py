"""Who is speaking: the only lines in which the two applications differ."""
