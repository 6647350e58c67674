"""How beats become messages: sentence patterns of prompts/offline are drawn and filled with the facts of a beat."""
