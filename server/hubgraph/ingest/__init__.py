"""Files in, a published generation out: recognise, map, derive, check, publish."""
