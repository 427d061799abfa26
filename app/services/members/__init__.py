"""Panel members: their cases, contacts, news and consents."""
