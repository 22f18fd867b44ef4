"""The edge: HTTP and WebSocket handlers, shared by both applications. No rule of the chat lives
here; who is speaking is asked in `identity`."""
