"""What an instructor needs of a class. Imports learn; nobody imports it but the command line."""
