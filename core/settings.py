"""Where things lie and what visitors may do, from environment variables such as EFFIGIES_DATA."""

import logging
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import N_, UserError

if TYPE_CHECKING:
    from core.images import ImageLimits

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[1]
_PREFIX = "EFFIGIES_"

# absolute at once, so that a later change of the working directory moves nothing
Folder = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]


def _bare(url: HttpUrl) -> HttpUrl:
    if url.query or url.fragment or url.username or url.password:
        raise ValueError("an address has no user, question mark or hash sign")
    return url


WebAddress = Annotated[HttpUrl, AfterValidator(_bare)]


class SettingsError(UserError):
    """A setting that cannot be used; the sentence names its environment variable."""


class Settings(BaseSettings):
    """Folders and limits; each field is the environment variable of its name in capitals after EFFIGIES_.

    `uploads` off keeps visitors to the bundled samples. So does an open class on the page that reads expressions,
    unless `class_uploads` is on: in the European Union nobody may infer emotions of pupils (AI Act, article 5(1)(f)).
    As a class thus limits a page for everybody, who runs a public studio may say who opens one: nobody with `classes`
    off, and with a `class_code` only who knows it. `address` is the studio's as phones reach it; without one, who is
    on this very machine is shown its network card's, which in a container is the wrong one.
    Upload limits are in MiB of file and million pixels. `state` holds what must outlive the program: the database,
    unless `database_url` names another, and the signing keys, unless `signing` names a folder that several hosts share,
    and the events of visitors who agreed to be counted.

    With `open_models` off a model is opened when it is first asked for: a room's first visitor waits, a machine that
    serves some rooms only, as in a class, keeps its memory.

    `generations` models compute at once; others stand in a line of at most `waiting`. A visitor (an address: a whole
    school may have one) asks them at most `requests_per_minute` times. Told to stop, the program gives what it is doing
    `stop_seconds`.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, frozen=True)

    models: Folder = ROOT / "models"
    data: Folder = ROOT / "data" / "raw"
    prepared: Folder = ROOT / "data" / "prepared"
    runs: Folder = ROOT / "runs"
    state: Folder = ROOT / "data" / "state"
    signing: Folder | None = None
    database_url: SecretStr | None = None  # may hold a password
    stripe_secret_key: SecretStr | None = None  # with a key of test mode, packs can be paid by test card
    stripe_webhook_secret: SecretStr | None = None
    address: WebAddress | None = None
    uploads: bool = True
    class_uploads: bool = False
    classes: bool = True
    class_code: SecretStr | None = None
    open_models: bool = True
    upload_megabytes: Annotated[int, Field(ge=1, le=1000)] = 15
    upload_megapixels: Annotated[int, Field(ge=1, le=170)] = 50  # Pillow itself refuses more
    generations: Annotated[int, Field(ge=1, le=1000)] = os.cpu_count() or 1
    waiting: Annotated[int, Field(ge=0, le=10_000)] = 100
    requests_per_minute: Annotated[int, Field(ge=1)] = 600
    stop_seconds: Annotated[float, Field(ge=0, le=600)] = 8.0  # Docker kills after ten
    events: bool = False  # offer visitors to be counted, without names
    events_days: Annotated[int, Field(ge=1, le=3650)] = 90  # how long events are kept
    events_redis: SecretStr | None = None  # a Redis server that gets them too; may hold a password
    metrics: bool = False  # serve /metrics, for Prometheus; keep it from the public by the proxy in front
    log_format: Literal["text", "json"] = "text"
    spark_master: str = "local[*]"  # where Spark works: here on all cores, or spark://…, yarn, k8s://…
    spark_memory: Annotated[str, Field(pattern=r"^\d+[mg]$")] = "4g"  # of Spark's driver and of each executor

    @property
    def database_address(self) -> str:
        """SQLAlchemy's address of the database: `database_url`, or a SQLite file in `state`."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.state / 'effigies.sqlite3').as_posix()}"

    @property
    def image_limits(self) -> "ImageLimits":
        """What `core.images.decode` accepts from a visitor."""
        from core.images import ImageLimits

        return ImageLimits(max_bytes=self.upload_megabytes * 2**20, max_pixels=self.upload_megapixels * 1_000_000)


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        SettingsError: an EFFIGIES_ variable has a value that cannot be used.
    """
    known = [_PREFIX + name.upper() for name in Settings.model_fields]
    for variable in sorted(name for name in os.environ if name.upper().startswith(_PREFIX)):
        if variable.upper() not in known:  # a misspelt EFFIGIES_UPLOADS would leave uploads on without a word
            log.warning("There is no setting %s: ignored. The settings are: %s.", variable, ", ".join(known))
    try:
        return Settings()
    except ValidationError as error:
        problem = error.errors()[0]
        raise SettingsError(
            N_("The setting {variable} cannot be {value}: {reason}."),
            variable=_PREFIX + str(problem["loc"][0]).upper(),
            value=re.sub(r"//[^/@]*@", "//…@", repr(problem["input"])),  # pages show this: no password
            reason=problem["msg"],
        ) from error
