# The chat of a JupyterHub. Nothing need be said here but where its history is.

c = get_config()  # noqa: F821

c.TornChat.storage = "sqlite:////srv/tornchat/chat.db"

# People come through the Hub's proxy, which runs here.
c.TornChat.trusted_proxies = ["127.0.0.1"]

# What groups of the Hub open. Whoever is in none that names rooms sees every room.
c.TornChat.groups = {
    "teachers": {"moderates": True},
    "physics": {"rooms": ["physics"]},
}
