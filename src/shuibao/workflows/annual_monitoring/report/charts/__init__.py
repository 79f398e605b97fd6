"""Charts as values: where things lie in percent of the drawing's width. The templates only draw them."""
