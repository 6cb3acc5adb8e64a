"""What an operator decides: frozen, checked as a whole at the start, read from the environment here only."""

from authflow.config.config import Config, load_config, load_for_description
from authflow.config.setting import ConfigurationError

__all__ = ["Config", "ConfigurationError", "load_config", "load_for_description"]
