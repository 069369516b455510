"""compose.yaml cannot run here (no Docker): it is checked as far as it can be."""

from pathlib import Path

import yaml
from musnad.kibana.install import IMPORT
from musnad.node.distribution import ELASTICSEARCH

FILE = Path(__file__).resolve().parents[2] / "compose.yaml"


def test_elasticsearch_and_kibana_are_of_the_version_of_the_private_node():
    services = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    images = {name: service["image"].rpartition(":") for name, service in services.items()}
    assert {name for name, _, _ in images.values()} == {"elasticsearch", "kibana"}
    assert {version for _, _, version in images.values()} == {ELASTICSEARCH.version}


def test_ports_are_on_loopback_only_and_no_password_is_written_down():
    text = FILE.read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    for service in services.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert text.count("PASSWORD:?set") == 5


def test_every_dependency_is_a_service_and_every_volume_declared():
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for service in content["services"].values():
        assert set(service.get("depends_on", {})) <= set(content["services"])
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (FILE.parent / source).is_file()
            else:
                assert source in content["volumes"]


def test_the_pack_is_imported_as_musnad_kibana_install_does_it():
    services = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    pack = services["kibana-pack"]
    assert pack["depends_on"] == {"kibana": {"condition": "service_healthy"}}
    assert "healthcheck" in services["kibana"]
    assert IMPORT in pack["command"]
    (volume,) = pack["volumes"]
    assert f"file=@{volume.split(':')[1]} " in pack["command"].replace("\n", " ")
