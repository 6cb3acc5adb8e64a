"""What a process learns once, it has learnt before it serves: no login waits for it (SECURITY_BAR 81)."""

import subprocess
import sys

from tests.support.server import environment_with
from tests.support.settings import SETTINGS

READY = "import sys; from authflow.web.wsgi import make_app; make_app(); sys.exit('ua_parser' not in sys.modules)"


def test_the_table_of_devices_is_read_before_the_first_login(database_url, tmp_path):
    settings = environment_with({**SETTINGS, "DATABASE_URL": database_url})
    assert subprocess.run([sys.executable, "-c", READY], env=settings, cwd=tmp_path, check=False).returncode == 0
