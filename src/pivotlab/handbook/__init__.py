"""What is read outside the lab: the generated pages of `docs/`, and the course as a site of plain HTML."""
