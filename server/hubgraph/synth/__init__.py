"""A fictional England of any size in the layouts of the official files, with the truth about its people beside it."""
