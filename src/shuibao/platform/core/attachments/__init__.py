"""Files that belong to objects: checked by their content, kept once by their hash, shown with previews."""
