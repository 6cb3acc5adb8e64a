"""`python -m authflow COMMAND`: the same as `authflow COMMAND`, for whoever knows only which Python it is."""

import sys

from authflow.commands.main import main

sys.exit(main())
