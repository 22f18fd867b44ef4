"""What runs in a kernel, a script or a bot: how programs speak, listen and ask.

It imports nothing of the server's, and of the libraries whose objects it sends only those that the
program has loaded itself.
"""
