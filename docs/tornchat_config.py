# The chat of a JupyterHub. All that need be said is where its history is.

c = get_config()  # noqa: F821

c.TornChat.storage = "sqlite:////srv/tornchat/chat.db"

# Where guests come, whom people invite: the Hub's own address, and services/tornchat/ at its end.
# Nothing need be said where the Hub says JupyterHub.public_url.
c.TornChat.public_url = "https://chat.example.org/services/tornchat/"

# People come through the Hub's proxy, which runs here.
c.TornChat.trusted_proxies = ["127.0.0.1"]

# What groups of the Hub open. Whoever is in none that names rooms sees every room.
c.TornChat.groups = {
    "teachers": {"moderates": True},
    "physics": {"rooms": ["physics"]},
}
