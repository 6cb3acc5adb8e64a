"""frontend/package-lock.json: what an installation gets is what was looked at, from wherever it comes."""

import json
from pathlib import Path

FRONTEND = Path(__file__).parents[2] / "frontend"
LOCK = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
# Ours: the root and the workspaces. What is bundled comes with the package that bundles it.
FOREIGN = {
    name: each
    for name, each in LOCK.items()
    if "node_modules/" in name and not each.get("link") and not each.get("inBundle")
}


def test_every_package_is_locked_to_the_byte():
    assert FOREIGN
    assert not [name for name, each in FOREIGN.items() if not each.get("integrity", "").startswith("sha512-")]


def test_it_names_no_registry():
    assert not [name for name, each in FOREIGN.items() if "resolved" in each]
    assert "omit-lockfile-registry-resolved=true" in (FRONTEND / ".npmrc").read_text().splitlines()


def test_an_older_node_is_refused_instead_of_given_older_packages():
    assert "engine-strict=true" in (FRONTEND / ".npmrc").read_text().splitlines()


def test_the_client_depends_on_nothing_and_on_react_only_where_it_is_there():
    client = json.loads((FRONTEND / "client" / "package.json").read_text())
    assert client.keys().isdisjoint({"dependencies", "optionalDependencies"})
    assert client["peerDependencies"].keys() == {"react"}
    assert client["peerDependenciesMeta"]["react"]["optional"] is True
