"""Finding, loading, blocking and listing plugins; errors that name the plugin."""

import sys
from pathlib import Path

import musnad
import pytest
from musnad.errors import PluginError, SettingsError
from musnad.plugins import Plugins
from musnad.settings import PluginSettings, Settings


class OneTagger(musnad.Tagger):
    name = "one"

    def tag(self, document):
        return []


class Good:
    @musnad.hookimpl
    def musnad_taggers(self):
        return [OneTagger()]


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """Make an installed distribution whose entry points are the modules given as source code."""

    def make(**modules):
        info = tmp_path / "broken_things-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-things\nVersion: 1.0\n")
        lines = ["[musnad]"]
        for name, source in modules.items():
            (tmp_path / f"plugin_{name}.py").write_text(source, encoding="utf-8")
            lines.append(f"{name} = plugin_{name}")
            monkeypatch.delitem(sys.modules, f"plugin_{name}", raising=False)
        (info / "entry_points.txt").write_text("\n".join(lines))
        monkeypatch.syspath_prepend(str(tmp_path))

    return make


BUNDLED = ("actors", "arabic", "camel", "careful", "claims", "names", "outlets")
ALONE = Settings(blocked_plugins=BUNDLED)
WORKING = """
import musnad
class T(musnad.Tagger):
    name = "t"
    def tag(self, document): return []
@musnad.hookimpl
def musnad_taggers(): return [T()]
"""


def test_a_plugin_that_cannot_be_imported_is_listed_with_the_reason_and_skipped(distribution):
    distribution(bad="import no_such_module", good=WORKING)
    plugins = Plugins.load(ALONE)
    bad = plugins.infos["bad"]
    assert (bad.state, bad.distribution, bad.version) == ("off", "broken-things", "1.0")
    assert "no_such_module" in bad.reason
    assert [r.key for r in plugins.taggers()] == ["good.t"]
    assert any('"bad"' in warning for warning in plugins.warnings)


def test_a_required_plugin_that_cannot_be_imported_stops_the_program(distribution):
    distribution(bad="1 / 0")
    settings = ALONE.model_copy(update={"required_plugins": ("bad",)})
    with pytest.raises(PluginError, match=r'"bad", which is off: .*ZeroDivisionError'):
        Plugins.load(settings)


def test_a_required_plugin_that_is_not_installed_stops_the_program():
    settings = ALONE.model_copy(update={"required_plugins": ("nowhere",)})
    with pytest.raises(PluginError, match='"nowhere", which is not installed'):
        Plugins.load(settings)


def test_a_blocked_plugin_is_not_even_imported(distribution):
    distribution(bad="raise SystemExit('imported')")
    plugins = Plugins.load(ALONE.model_copy(update={"blocked_plugins": (*BUNDLED, "bad")}))
    assert plugins.infos["bad"].state == "blocked"


def test_a_hook_that_does_not_fit_switches_its_plugin_off_and_says_which_argument():
    class Wrong:
        @musnad.hookimpl
        def musnad_taggers(self, nonsense):
            return []

    plugins = Plugins(Settings())
    plugins.register(Wrong(), "wrong")
    assert plugins.infos["wrong"].state == "off"
    assert "nonsense" in plugins.infos["wrong"].reason


def test_a_function_that_is_no_hook_switches_its_plugin_off():
    class Wrong:
        @musnad.hookimpl
        def musnad_tagger(self):
            return []

    plugins = Plugins(Settings())
    plugins.register(Wrong(), "wrong")
    assert plugins.infos["wrong"].state == "off"
    assert "musnad_tagger" in plugins.infos["wrong"].reason


def test_a_hook_that_raises_switches_its_plugin_off_and_leaves_the_others():
    class Raises:
        @musnad.hookimpl
        def musnad_taggers(self):
            raise RuntimeError("no licence")

    plugins = Plugins(Settings())
    plugins.register(Raises(), "raises")
    plugins.register(Good(), "good")
    assert [r.key for r in plugins.taggers()] == ["good.one"]
    assert plugins.infos["raises"].reason == "musnad_taggers failed: RuntimeError: no licence"


def test_a_generator_hook_that_raises_counts_as_raising():
    class Raises:
        @musnad.hookimpl
        def musnad_taggers(self):
            yield OneTagger()
            raise RuntimeError("half way")

    plugins = Plugins(Settings())
    plugins.register(Raises(), "raises")
    assert plugins.taggers() == []
    assert "half way" in plugins.infos["raises"].reason


def test_a_component_of_the_wrong_kind_is_an_error_that_names_the_plugin():
    class Wrong:
        @musnad.hookimpl
        def musnad_annotators(self):
            return [OneTagger()]

    plugins = Plugins(Settings())
    plugins.register(Wrong(), "wrong")
    with pytest.raises(
        PluginError, match='plugin "wrong": musnad_annotators must return Annotator'
    ):
        plugins.annotators()


def test_two_plugins_of_one_name_are_an_error_that_names_both():
    plugins = Plugins(Settings())
    plugins.register(Good(), "same", distribution="first-dist")
    with pytest.raises(PluginError, match=r"first-dist and second-dist"):
        plugins.register(Good(), "same", distribution="second-dist")


def test_two_readers_of_one_suffix_are_an_error_that_names_both_plugins():
    class Mine(musnad.Reader):
        name = "mine"
        suffixes = (".txt",)

    class Plugin:
        @musnad.hookimpl
        def musnad_readers(self):
            return [Mine()]

    plugins = Plugins.load(ALONE)
    plugins.register(Plugin(), "mine")
    with pytest.raises(PluginError, match=r'"readers" and "mine" both read \.txt'):
        plugins.readers()


class Options(PluginSettings):
    size: int = 1


class WithSettings:
    seen: PluginSettings

    @musnad.hookimpl
    def musnad_settings(self):
        return Options

    @musnad.hookimpl
    def musnad_taggers(self, settings):
        self.seen = settings
        return [OneTagger()]


def test_a_hook_gets_the_settings_of_its_own_plugin():
    plugin = WithSettings()
    plugins = Plugins(Settings(plugins={"mine": {"size": 7}, "other": {"x": 1}}))
    plugins.register(plugin, "mine")
    plugins.taggers()
    assert plugin.seen == Options(size=7)


def test_plugin_settings_come_from_the_environment_over_the_file(tmp_path, monkeypatch):
    from musnad.settings import load_settings

    file = tmp_path / "musnad.toml"
    file.write_text("[plugins.mine]\nsize = 7\n", encoding="utf-8")
    monkeypatch.setenv("MUSNAD_PLUGINS__MINE__SIZE", "9")
    assert load_settings(file).for_plugin("mine", Options) == Options(size=9)


def test_lists_come_from_the_environment_as_json(monkeypatch):
    class Lists(PluginSettings):
        words: tuple[str, ...] = ()

    monkeypatch.setenv("MUSNAD_PLUGINS__MINE__WORDS", '["دينار", "ليرة"]')
    assert Settings().for_plugin("mine", Lists).words == ("دينار", "ليرة")


def test_plugin_settings_that_do_not_fit_name_file_table_and_key(tmp_path):
    from musnad.settings import load_settings

    file = tmp_path / "musnad.toml"
    file.write_text('[plugins.mine]\nsize = "big"\n', encoding="utf-8")
    plugins = Plugins(load_settings(file))
    with pytest.raises(SettingsError, match=r'musnad\.toml: \[plugins\.mine\]: "size"'):
        plugins.register(WithSettings(), "mine")


def test_a_one_file_plugin_works_without_packaging(tmp_path):
    file = tmp_path / "my_plugin.py"
    file.write_text(WORKING, encoding="utf-8")
    plugins = Plugins.load(ALONE, [file])
    assert [r.key for r in plugins.taggers()] == ["my_plugin.t"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(:", "cannot be imported: SyntaxError"),
        ("import no_such_module", "cannot be imported: ModuleNotFoundError"),
        ("x = 1", "has no function marked @musnad.hookimpl"),
    ],
)
def test_a_one_file_plugin_that_does_not_work_says_why(tmp_path, source, message):
    file = tmp_path / "my_plugin.py"
    file.write_text(source, encoding="utf-8")
    with pytest.raises(PluginError, match=message):
        Plugins.load(ALONE, [file])


def test_a_plugin_file_that_is_not_there_is_named():
    with pytest.raises(PluginError, match=r"nowhere\.py: no such plugin file"):
        Plugins.load(ALONE, [Path("nowhere.py")])


def test_every_hook_has_a_typed_method_and_the_tutorial_names_it():
    from musnad import hookspecs

    hooks = [name for name in vars(hookspecs) if name.startswith("musnad_")]
    assert len(hooks) == 10
    source = Path(sys.modules["musnad.plugins"].__file__).read_text(encoding="utf-8")
    for hook in hooks:
        assert f'"{hook}"' in source, f"{hook} is called nowhere"
        doc = getattr(hookspecs, hook).__doc__
        assert "Ordering:" in doc, hook
        assert "On error:" in doc, hook


def test_a_file_called_like_a_module_of_the_library_does_not_stand_in_for_it(tmp_path):
    import json

    (tmp_path / "json.py").write_text(WORKING, encoding="utf-8")
    plugins = Plugins.load(ALONE, [tmp_path / "json.py"])
    assert [r.key for r in plugins.taggers()] == ["json.t"]
    assert sys.modules["json"] is json


def test_a_file_whose_hook_fails_is_an_error_that_names_it(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(WORKING.replace("[T()]", "T()"), encoding="utf-8")
    plugins = Plugins.load(ALONE, [file])
    with pytest.raises(PluginError, match=r"mine\.py: musnad_taggers failed: TypeError"):
        plugins.try_hooks()


def test_names_of_data_given_as_one_text_are_an_error(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(
        WORKING.replace('name = "t"', 'name, requires = "t", "tokens"'), encoding="utf-8"
    )
    with pytest.raises(PluginError, match=r"T\.requires must be a tuple of names"):
        Plugins.load(ALONE, [file]).taggers()


def test_settings_of_a_plugin_that_is_not_there_are_pointed_out():
    settings = ALONE.model_copy(update={"plugins": {"actor": {"files": []}}})
    (warning,) = Plugins.load(settings).warnings
    assert '"actor", which is not installed' in warning
