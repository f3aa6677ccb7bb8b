"""The question bank: the shape of a question, and the reader of the files."""
