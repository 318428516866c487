"""Operational choices, from the environment. Scientific ones stand in files."""

from pathlib import Path

import platformdirs
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from evidence.database import sqlite_url
from evidence.errors import EvidenceError
from evidence.protocol import DEFAULT_FOLDER


def default_database_url() -> str:
    """Return a SQLite file in the platform's folder for a user's data."""
    folder = platformdirs.user_data_path("trd-evidence")
    return sqlite_url(folder / "evidence.sqlite")


class Settings(BaseSettings):
    """Read once by an entry point and handed down; never a global."""

    model_config = SettingsConfigDict(env_prefix="CURATION_", extra="ignore")

    database_url: str = ""
    """Where the evidence is kept; empty means the platform's data folder."""
    protocol: Path = DEFAULT_FOLDER
    """The protocol folder."""
    ncbi_email: str | None = None
    """Whom NCBI writes to; it asks every program for one."""
    ncbi_api_key: SecretStr | None = None
    """Raises NCBI's limit from three to ten requests a second. Never shown."""
    eutils_url: str | None = None
    """Another address of the E-utilities, for tests."""

    @property
    def address(self) -> str:
        """The database's address, the default one where none is set."""
        return self.database_url or default_database_url()


def read_settings() -> Settings:
    """Return the settings of this environment.

    Raises
    ------
    EvidenceError
        Where a variable does not hold what it should.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise EvidenceError(f"CURATION_{name}: {first['msg']}") from None
