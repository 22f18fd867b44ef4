"""Forwarding: on a JupyterHub a person's own server has no chat of its own, but hands on what is
asked of it to the chat that is a service of the Hub, at the same addresses.

Rules of this folder:

- Who asks, and whether a page of another site does, is found out here first, as where the chat is.
- Only the owner of the server, and programs of theirs, are let through. What is handed on is in the
  name of the token that the Hub gave this server, so nobody else could be: who is here by a share
  has a server of their own.
- No cookie, token, or word about who is speaking goes through, in neither direction.
- Nothing is held: bytes go on as fast as they are taken, and a socket is read as fast as it is
  written.
"""
