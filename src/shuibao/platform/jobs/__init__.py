"""Work that takes longer than a page: started once per input, watched, cancelled, found again when killed."""
