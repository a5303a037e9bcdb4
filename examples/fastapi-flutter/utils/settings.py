"""What the environment says. Samdan gives every task DATABASE_URL."""

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
VERSION = "1.0.0"
DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql://localhost/staff")
SYNC_DATA = Path(os.environ.get("SYNC_DATA", "/sample/sync_data"))
SESSION_HOURS = int(os.environ.get("SESSION_HOURS", "12"))
