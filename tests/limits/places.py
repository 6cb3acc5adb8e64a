"""Where callers are, and what they are answered."""


def from_ip(ip):
    return {"environ_base": {"REMOTE_ADDR": ip}}


HOME = from_ip("192.0.2.7")


def statuses(work, times):
    """Of so many tries, each told its number."""
    return [work(number).status_code for number in range(times)]
