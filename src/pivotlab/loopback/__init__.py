"""What a server on this machine needs, whichever it is: a port of its own, and a certificate of its own."""
