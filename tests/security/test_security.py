"""`musnad security`: what each key may do and may not, on the real server; keys are told once and nowhere else."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import elasticsearch
import pytest
from musnad.archive.access import ACCESSES, Keys
from musnad.archive.authority import refresh_authority
from musnad.archive.client import connect, errors_explained
from musnad.archive.decisions import DecisionStore, new_decision
from musnad.archive.indices import alias, beside, init
from musnad.archive.read import ArchiveReader
from musnad.archive.removal import delete_article
from musnad.archive.settle import opened_linkers, settle_archive
from musnad.errors import ArchiveError
from musnad.ingest.run import Options, ingest
from musnad.plugins import Plugins
from musnad.readers.inputs import find_inputs, read_records
from musnad.reindex.run import reindex
from musnad.reindex.work import How
from musnad.search import Filters, find_articles

pytestmark = [pytest.mark.node, pytest.mark.slow]
ARTICLE = {"id": "a1", "title": "زيارة", "body": "قال سالم القسطلي إن الزيارة تمت. ونفى ذلك غيره."}
MUSNAD = Path(sys.executable).with_name("musnad")


@pytest.fixture
def admin(elasticsearch_node):
    if elasticsearch_node.password is None:
        pytest.skip("the password of this cluster is not known")
    return elasticsearch_node.client(as_user=True)


@pytest.fixture
def may(musnad_settings, admin, tmp_path):
    """Yield, by access, the settings of an archive with its key; the archive itself is not made yet."""
    keys = Keys(admin, musnad_settings.prefix)
    made = {access: keys.make(access, days=1) for access in ACCESSES}
    authority = tmp_path / "actors.json"
    authority.write_text(
        '[{"id": "place-damascus", "type": "place", "names": {"ar": "دمشق"}, "country": "SY"}]',
        encoding="utf-8",
    )
    plugins = {"actors": {"files": [str(authority)], "starter": False}}
    yield {
        access: musnad_settings.model_copy(
            update={"es_api_key": key.secret, "state_dir": tmp_path / access, "plugins": plugins}
        )
        for access, key in made.items()
    }
    keys.end([key.id for key in made.values()])


def make(settings):
    plugins, client = Plugins.load(settings), connect(settings)
    init(client, settings.prefix, plugins)
    refresh_authority(client, settings.prefix, plugins)
    return client


def put(settings, folder, article=ARTICLE):
    file = folder / "in.jsonl"
    file.write_text(json.dumps(article, ensure_ascii=False), encoding="utf-8")
    plugins, client = Plugins.load(settings), connect(settings)
    (item,) = find_inputs([str(file)], plugins.readers())
    records = read_records(item, max_chars=1000)
    options = Options(workers=0, quiet=True)
    account = ingest(client, settings, records, [str(file)], item.size, options)
    with opened_linkers(plugins) as linkers:
        settle_archive(client, settings.prefix, linkers)
    return account


def refused(work, *args, **options):
    """Run what must be refused for want of rights, and nothing else."""
    with (
        pytest.raises(ArchiveError, match=r"the API key may not do this \(403\)") as raised,
        errors_explained(),
    ):
        work(*args, **options)
    return str(raised.value)


def test_each_key_does_its_work_and_nothing_beyond(may, admin, tmp_path):
    prefix = may["read"].prefix
    articles, decisions = alias(prefix, "articles"), alias(prefix, "decisions")

    # Only managing makes an archive.
    refused(make, may["read"])
    refused(make, may["write"])
    manage = make(may["manage"])

    # Writing takes articles in, settles, records people's decisions; reading finds them.
    account = put(may["write"], tmp_path)
    assert (account.indexed, account.adds_up) == (1, True)
    read, write = connect(may["read"]), connect(may["write"])
    reader = ArchiveReader(read, prefix)
    assert find_articles(reader, Filters(text="زيارة"))[0] == 1
    assert reader.count("statements", {"match_all": {}}) >= 1

    # Reading changes nothing.
    message = refused(put, may["read"], tmp_path, ARTICLE | {"title": "غيرها"})
    assert may["read"].es_api_key.get_secret_value() not in message
    refused(read.index, index=articles, id="x", document={})
    refused(read.delete, index=articles, id="a1")
    refused(read.update, index=articles, id="a1", doc={"title": ""})
    decision = new_decision("delete", "سعاد", "طلب أصحابه", article_id="a9")
    refused(DecisionStore(read, prefix).add, decision)
    refused(read.indices.put_mapping, index=articles, properties={"x": {"type": "keyword"}})

    # Writing changes no decision, and no index as a whole.
    store = DecisionStore(write, prefix)
    assert store.add(decision)
    assert not store.add(decision)
    refused(write.index, index=decisions, id=decision.id, document={"id": decision.id})
    refused(write.delete, index=decisions, id=decision.id)
    index = next(iter(manage.indices.get(index=articles)))
    refused(write.indices.delete, index=index)
    refused(write.indices.create, index=f"{articles}-1-29990101000000")
    refused(write.indices.update_aliases, actions=[{"remove": {"index": index, "alias": articles}}])
    refused(write.indices.put_settings, index=index, settings={"index": {"blocks.write": True}})
    refused(write.indices.delete_index_template, name=articles)
    assert delete_article(write, prefix, "a1", "سعاد", "طلب أصحابه").as_dict()

    # Managing makes and removes the archive's indices, and no others.
    manage.indices.create(index=f"{articles}-1-29990101000000")
    manage.indices.delete(index=f"{articles}-1-29990101000000")
    assert not manage.indices.exists_alias(name=alias(beside(prefix), "articles"))
    for client in (read, write, manage):
        for other in (f"{prefix}-old-articles", "somebody-elses", ".security"):
            refused(client.search, index=other)
            refused(client.index, index=other, document={})
            refused(client.indices.create, index=other)
        refused(client.security.get_role)
        refused(client.security.put_user, username="x", password="y" * 10, roles=["superuser"])
        refused(client.cluster.put_settings, persistent={"action.auto_create_index": "false"})
        with pytest.raises(elasticsearch.ApiError):
            client.security.create_api_key(
                name="more", role_descriptors={"x": {"cluster": ["all"]}}
            )


def test_the_key_for_managing_reindexes_and_the_one_for_writing_does_not(may):
    client = make(may["manage"])
    writer = connect(may["write"])
    plugins = Plugins.load(may["write"])
    with pytest.raises(ArchiveError, match="may not do this"):
        reindex(writer, may["write"], plugins, How("desk"))
    assert reindex(client, may["manage"], plugins, How("desk")).swapped is not None


def run(folder, *arguments, **environment):
    done = subprocess.run(
        [str(MUSNAD), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_setup_keeps_keys_in_files_of_mode_600_and_tells_them_nowhere(
    musnad_settings, elasticsearch_node, admin, tmp_path
):
    prefix, password = musnad_settings.prefix, {"MUSNAD_ES_PASSWORD": elasticsearch_node.password}
    keys = Keys(admin, prefix)
    try:
        first = run(tmp_path, "-v", "security", "setup", **password)
        assert first.returncode == 0, first.stderr
        files = {
            access: tmp_path / ".musnad" / "keys" / f"{prefix}-{access}.env" for access in ACCESSES
        }
        secrets = {}
        for access, file in files.items():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            lines = dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").split())
            assert lines["MUSNAD_ES_URL"] == elasticsearch_node.url
            secrets[access] = lines["MUSNAD_ES_API_KEY"]
        assert {p.name for p in (tmp_path / ".musnad" / "keys").iterdir()} == {
            f.name for f in files.values()
        }
        assert len(admin.security.get_role(name=[f"{prefix}-{a}" for a in ACCESSES]).body) == 3

        # Again: nothing is made. With --renew: the old key ends.
        again = run(tmp_path, "security", "setup", "--json", **password)
        assert all(
            "is there already" in json.loads(line)["done"] for line in again.stdout.splitlines()
        )
        renewed = run(tmp_path, "security", "setup", "read", "--renew", "--days", "3", **password)
        assert "1 older ended" in renewed.stdout
        listed = run(tmp_path, "security", "list", "--json", **password)
        assert sorted(json.loads(line)["name"] for line in listed.stdout.splitlines()) == sorted(
            f"{prefix}-{access}" for access in ACCESSES
        )
        failed = run(tmp_path, "-v", "search", "زيارة", MUSNAD_ES_API_KEY=secrets["read"])
        assert failed.returncode == 1
        assert "does not accept the credentials (401)" in failed.stderr
        read = files["read"].read_text(encoding="utf-8").split("MUSNAD_ES_API_KEY=")[1].strip()
        forbidden = run(tmp_path, "-v", "init", MUSNAD_ES_API_KEY=read)
        assert (
            "the API key may not do this (403): it does not say why; use a key with"
            in forbidden.stderr
        )

        told = "".join(
            d.stdout + d.stderr for d in (first, again, renewed, listed, failed, forbidden)
        )
        for secret in (*secrets.values(), read, elasticsearch_node.password):
            assert secret not in told
        shown = run(tmp_path, "security", "setup", "read", "--renew", "--show-keys", **password)
        new = files["read"].read_text(encoding="utf-8").split("MUSNAD_ES_API_KEY=")[1].strip()
        assert new in shown.stdout
        wrong = run(tmp_path, "security", "setup", MUSNAD_ES_PASSWORD="not-the-password")
        assert wrong.returncode == 1
        assert "does not accept this user and password (401)" in wrong.stderr
        assert "not-the-password" not in wrong.stderr
    finally:
        keys.end([key["id"] for key in keys.valid()])
        admin.options(ignore_status=404).security.delete_role(name=f"{prefix}-read")
        admin.options(ignore_status=404).security.delete_role(name=f"{prefix}-write")
        admin.options(ignore_status=404).security.delete_role(name=f"{prefix}-manage")
