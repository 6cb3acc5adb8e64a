"""The units of time that limits, lives and settings are said in; seconds."""

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
