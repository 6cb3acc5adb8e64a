"""The process that works off the queue: it sends the mails and sweeps."""
