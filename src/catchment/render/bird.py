"""A router's BIRD 2 configuration, whole: bird.conf."""

from catchment.render.heading import heading
from catchment.render.options import RenderOptions
from catchment.render.view import View
from catchment.results.config import Checker, ConfigFile

TARGET = "/etc/bird/bird.conf"


def bird_files(view: View, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """bird.conf of a router. Raises RenderError with all that BIRD cannot do."""
    text = heading(view.design, view.name) + f"\nrouter id {view.router.loopbacks[0]};\nprotocol device {{}}\n"
    return (ConfigFile(path=f"{view.name}/bird.conf", text=text, target=TARGET, checker=Checker.BIRD),)
