# One chat for a whole JupyterHub. To be added to the Hub's own configuration. The Hub needs
# `pip install jupyter_tornchat[hub]`, people's servers `pip install jupyter_tornchat`.

c = get_config()  # noqa: F821

# The chat is a service of the Hub: one process, started and looked after by it.
c.JupyterHub.services = [
    {
        "name": "tornchat",
        "url": "http://127.0.0.1:10101",
        "command": ["jupyter", "tornchat", "--config=/srv/tornchat/tornchat_config.py"],
        # Nobody is asked whether the chat may know their name.
        "oauth_no_confirm": True,
    }
]

# Whom it lets in: everybody with a user name here, and their servers, each in its person's name.
# Leave the first one out, and give the scope to a group instead, where it is not for everybody.
c.JupyterHub.load_roles = [
    {
        "name": "user",
        "scopes": ["self", "access:services!service=tornchat"],
    },
    {
        "name": "server",
        "scopes": [
            "users:activity!user",
            "access:servers!server",
            "access:services!service=tornchat",
        ],
    },
]

# Where people's servers find it. Servers on other machines need an address that leads there from
# them: the service's own, or the Hub's own one, with /services/tornchat/ at its end.
c.Spawner.environment = {"JUPYTER_TORNCHAT_SERVICE": "http://127.0.0.1:10101/services/tornchat/"}
