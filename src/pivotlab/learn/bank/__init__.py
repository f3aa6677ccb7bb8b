"""The question bank: the shape of a question, the reader of the files, and the rules that a bank must keep."""
