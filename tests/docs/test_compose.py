"""compose.yaml cannot run here (no Docker): it is checked as far as it can be."""

from pathlib import Path

import yaml
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
    assert text.count("PASSWORD:?set") == 4


def test_every_dependency_is_a_service_and_every_volume_declared():
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for service in content["services"].values():
        assert set(service.get("depends_on", {})) <= set(content["services"])
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in content["volumes"]
