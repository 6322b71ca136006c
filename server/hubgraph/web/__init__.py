"""The web server: pages, protocol and negotiation over the rooms in the middle."""
