"""What holds of every code that is mailed, whatever it is good for (CONTRACT.md, section 3)."""

# Seconds from the newest mail on.
CODE_LIFE = 600
# OWASP ASVS 6.6.3: so many wrong tries spend a code.
CODE_TRIES = 5
