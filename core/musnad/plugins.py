"""Finding, loading, blocking and listing plugins: the only place that touches pluggy.

Each plugin is loaded by itself: one that cannot load is listed with the reason and skipped, unless the
settings require it. Each hook has one typed method here.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import pluggy

from musnad import hookspecs
from musnad.components import (
    Annotator,
    ClaimExtractor,
    ClaimLinker,
    Component,
    Encoder,
    Normalizer,
    Reader,
    Tagger,
)
from musnad.errors import MusnadError, PluginError, SettingsError, describe
from musnad.readers import plugin as _bundled_readers
from musnad.settings import PluginSettings, Settings

if TYPE_CHECKING:
    import typer

GROUP = "musnad"


def musnad_version() -> str:
    """Return the version of the installed distribution."""
    return importlib.metadata.version("musnad")


C_co = TypeVar("C_co", bound=Component, covariant=True)
C = TypeVar("C", bound=Component)


@dataclass(frozen=True, slots=True)
class Registered(Generic[C_co]):
    """A component with the plugin that registered it."""

    plugin: str
    component: C_co
    settings: str
    """The plugin's settings as JSON, part of the fingerprint."""
    settings_apart: str = "{}"
    """The same without those that only name authority records."""

    @property
    def key(self) -> str:
        """`<plugin>.<component>`: how messages and provenance name it."""
        return f"{self.plugin}.{self.component.name}"


@dataclass(slots=True)
class PluginInfo:
    """What `musnad plugins` tells about one plugin."""

    name: str
    version: str
    distribution: str
    state: Literal["on", "off", "blocked"] = "on"
    reason: str = ""
    hooks: list[str] = field(default_factory=list)


class Plugins:
    """The loaded plugins, with one typed method per hook."""

    def __init__(self, settings: Settings) -> None:
        """Make a manager without plugins; `Plugins.load` is what programs use."""
        self.settings = settings
        self.infos: dict[str, PluginInfo] = {}
        self.warnings: list[str] = []
        self._manager = pluggy.PluginManager("musnad")
        self._manager.add_hookspecs(hookspecs)
        self._settings: dict[str, PluginSettings] = {}
        self._files: set[str] = set()

    @classmethod
    def load(cls, settings: Settings, files: Iterable[Path] = ()) -> Plugins:
        """Load all installed plugins and the one-file plugins of the settings and of `files`.

        Raises `PluginError` where a plugin that the settings require is not there or cannot load, and
        for a file that is not there; `SettingsError` for plugin settings that do not fit.
        """
        plugins = cls(settings)
        plugins.register(_bundled_readers, "readers", musnad_version(), "musnad")
        for entry_point in sorted(
            importlib.metadata.entry_points(group=GROUP), key=lambda point: point.name
        ):
            plugins._load_entry_point(entry_point)
        for path in [*settings.plugin_files, *files]:
            plugins._load_file(path)
        for name in settings.required_plugins:
            info = plugins.infos.get(name)
            if info is None:
                raise PluginError(
                    f'the settings require the plugin "{name}", which is not installed'
                )
            if info.state != "on":
                raise PluginError(
                    f'the settings require the plugin "{name}", which is off: {info.reason}'
                )
        for name in {*settings.plugins, *settings.blocked_plugins} - set(plugins.infos):
            plugins.warnings.append(
                f'the settings name the plugin "{name}", which is not installed'
            )
        return plugins

    def try_hooks(self) -> None:
        """List all components once, so that a plugin that cannot make its own is off before anything runs.

        Raises `PluginError` where that is a one-file plugin: the user asked for this very file.
        """
        on = [name for name, info in self.infos.items() if info.state == "on"]
        for listing in (
            self.normalizers, self.annotators, self.taggers, self.claim_extractors,
            self.claim_linkers, self.encoders, self.readers,
        ):  # fmt: skip
            listing()
        for name in on:
            info = self.infos[name]
            if info.state == "off" and name in self._files:
                raise PluginError(f"{info.distribution}: {info.reason}")

    def asked_for(self, name: str) -> bool:
        """Tell whether the user named this plugin: in the settings or as a file."""
        settings = self.settings
        return name in self._files or name in settings.plugins or name in settings.required_plugins

    def register(
        self, plugin: object, name: str, version: str = "0", distribution: str = ""
    ) -> None:
        """Register a plugin object. A hook that does not fit its specification switches it off."""
        if name in self.infos:
            raise PluginError(
                f'two plugins are called "{name}" ({self.infos[name].distribution} and '
                f"{distribution}): block or rename one"
            )
        info = PluginInfo(name, version, distribution)
        self.infos[name] = info
        if name in self.settings.blocked_plugins:
            info.state, info.reason = "blocked", "blocked in the settings"
            return
        try:
            self._manager.register(plugin, name=name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)
            self._off(name, str(error).split("\n")[-1])
            return
        callers = self._manager.get_hookcallers(plugin) or []
        info.hooks = sorted(caller.name for caller in callers)
        if not info.hooks:
            self._manager.unregister(name=name)
            self._off(name, "has no function marked @musnad.hookimpl")
            return
        try:
            self._settings[name] = self._read_settings(name)
        except SettingsError:
            raise
        except Exception as error:
            self._manager.unregister(name=name)
            self._off(name, f"musnad_settings failed: {describe(error)}")

    # One typed method per hook.

    def normalizers(self) -> list[Registered[Normalizer]]:
        """Return the normalizers of all plugins, unordered."""
        return self._components("musnad_normalizers", Normalizer)

    def annotators(self) -> list[Registered[Annotator]]:
        """Return the annotators of all plugins, unordered."""
        return self._components("musnad_annotators", Annotator)

    def taggers(self) -> list[Registered[Tagger]]:
        """Return the taggers of all plugins, unordered."""
        return self._components("musnad_taggers", Tagger)

    def claim_extractors(self) -> list[Registered[ClaimExtractor]]:
        """Return the claim extractors of all plugins, unordered."""
        return self._components("musnad_claim_extractors", ClaimExtractor)

    def claim_linkers(self) -> list[Registered[ClaimLinker]]:
        """Return the claim linkers of all plugins, unordered."""
        return self._components("musnad_claim_linkers", ClaimLinker)

    def encoders(self) -> list[Registered[Encoder]]:
        """Return the encoders of texts of all plugins, by plugin name."""
        found = self._components("musnad_encoders", Encoder)
        return sorted(found, key=lambda registered: registered.key)

    def readers(self) -> dict[str, Registered[Reader]]:
        """Return the readers by suffix. Raises `PluginError` where two take the same one."""
        readers: dict[str, Registered[Reader]] = {}
        for registered in self._components("musnad_readers", Reader):
            for suffix in registered.component.suffixes:
                other = readers.setdefault(suffix, registered)
                if other is not registered:
                    raise PluginError(
                        f'the plugins "{other.plugin}" and "{registered.plugin}" both read '
                        f"{suffix} files: block one"
                    )
        by_suffix = {suffix: registered.component for suffix, registered in readers.items()}
        for reader in by_suffix.values():
            reader.given(by_suffix)
        return readers

    def fields(self) -> dict[str, Mapping[str, Any]]:
        """Return the mapping fragments by plugin name."""
        return {
            name: result
            for name, result in self._call("musnad_fields", with_settings=False)
            if isinstance(result, Mapping)
        }

    def commands(self, app: typer.Typer) -> None:
        """Let each plugin add its sub-commands to `app`."""
        for _ in self._call("musnad_commands", with_settings=False, app=app):
            pass

    # How they are called.

    def _components(self, hook: str, kind: type[C]) -> list[Registered[C]]:
        found: list[Registered[C]] = []
        for name, result in self._call(hook):
            own = self._settings[name]
            settings = own.model_dump_json()
            apart = own.model_dump_json(exclude=set(own.authority_fields))
            for component in result:
                if not isinstance(component, kind):
                    raise PluginError(
                        f'plugin "{name}": {hook} must return {kind.__name__} components, '
                        f"not {type(component).__name__}"
                    )
                for names in ("requires", "uses", "provides"):
                    if isinstance(getattr(component, names), str):
                        raise PluginError(
                            f'plugin "{name}": {type(component).__name__}.{names} must be a tuple of names, '
                            "not a text"
                        )
                if not component.name:
                    raise PluginError(f'plugin "{name}": {type(component).__name__} needs a `name`')
                if any(r.plugin == name and r.component.name == component.name for r in found):
                    raise PluginError(
                        f'plugin "{name}" has two components called "{component.name}"'
                    )
                found.append(Registered(name, component, settings, apart))
        return found

    def _call(
        self, hook: str, *, with_settings: bool = True, **arguments: Any
    ) -> Iterator[tuple[str, Any]]:
        """Call `hook` of each plugin that is on, each alone, and yield (plugin, result).

        A plugin whose hook raises is switched off with the reason.
        """
        for name, info in self.infos.items():
            if info.state != "on" or hook not in info.hooks:
                continue
            caller = self._caller(hook, name)
            if with_settings:
                arguments["settings"] = self._settings[name]
            try:
                results: Sequence[Any] = caller(**arguments)
                # A hook may be written as a generator: its errors are the plugin's too.
                listed = [r if isinstance(r, (Mapping, type)) else list(r) for r in results]
            except MusnadError:
                # Something that the user gave does not fit (a file, a setting): that stops the program.
                raise
            except Exception as error:
                self._off(name, f"{hook} failed: {describe(error)}")
                if name in self.settings.required_plugins:
                    raise PluginError(f'the required plugin "{name}": {info.reason}') from error
                continue
            for result in listed:
                yield name, result

    def _read_settings(self, name: str) -> PluginSettings:
        model: type[PluginSettings] = _NoSettings
        for result in self._caller("musnad_settings", name)():
            model = result
        if not (isinstance(model, type) and issubclass(model, PluginSettings)):
            raise TypeError("musnad_settings must return a subclass of musnad.PluginSettings")
        return self.settings.for_plugin(name, model)

    def _caller(self, hook: str, name: str) -> pluggy.HookCaller:
        """Return what calls `hook` of the plugin `name` alone."""
        own = self._manager.get_plugin(name)
        others = [plugin for plugin in self._manager.get_plugins() if plugin is not own]
        return self._manager.subset_hook_caller(hook, remove_plugins=others)

    def _off(self, name: str, reason: str) -> None:
        info = self.infos[name]
        info.state, info.reason = "off", reason
        self.warnings.append(f'plugin "{name}" is off: {reason}')

    # Where they come from.

    def _load_entry_point(self, point: importlib.metadata.EntryPoint) -> None:
        distribution = point.dist.name if point.dist else ""
        version = point.dist.version if point.dist else "0"
        if point.name in self.settings.blocked_plugins:
            # Not even imported: blocking is how one gets rid of a plugin that breaks at import.
            self.infos[point.name] = PluginInfo(
                point.name, version, distribution, "blocked", "blocked in the settings"
            )
            return
        try:
            plugin = point.load()
        except (Exception, SystemExit) as error:
            self.infos[point.name] = PluginInfo(point.name, version, distribution)
            self._off(point.name, f"cannot be imported: {describe(error)}")
            return
        self.register(plugin, point.name, version, distribution)

    def _load_file(self, path: Path) -> None:
        if not path.is_file():
            raise PluginError(f"{path}: no such plugin file")
        try:
            module = _import_file(path)
        except (Exception, SystemExit) as error:
            raise PluginError(f"{path}: cannot be imported: {describe(error)}") from error
        self._files.add(path.stem)
        self.register(module, path.stem, str(getattr(module, "__version__", "0")), str(path))
        info = self.infos[path.stem]
        if info.state == "off":
            # The user asked for this very file: silence would be no service.
            raise PluginError(f"{path}: {info.reason}")


class _NoSettings(PluginSettings):
    """For plugins without settings: any key in their table is an error."""


def _import_file(path: Path) -> ModuleType:
    # A prefix of its own: a file called `json.py` must not stand in for the library's module.
    name = f"musnad_plugin_file_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError("not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Registered so that dataclasses and pickling of its classes (worker processes) work.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
