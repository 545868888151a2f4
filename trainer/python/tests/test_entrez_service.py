"""Biopython's Entrez, which knows nothing of Querent, against ``querent eutils serve``.

Nothing of the client is changed but the address that it builds its requests for; its own files of document types are all it has, so answers that
named others would need a network.
"""

from __future__ import annotations

import io
import json
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

Entrez = pytest.importorskip("Bio.Entrez")
Medline = pytest.importorskip("Bio.Medline")

ROOT = Path(__file__).parents[3]
NODE = ROOT / "node_modules" / ".bin" / "node"
NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
KEY = "0123456789abcdef0123456789abcdef0123"

pytestmark = pytest.mark.skipif(not NODE.exists(), reason="Node is not installed (npm ci)")


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of a service over the sample citations."""
    command = [str(NODE), "server/src/cli/main.ts", "eutils", "serve", "--json", "--corpus", "samples/citations.jsonl"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


@pytest.fixture(autouse=True)
def at_the_service(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entrez asks the service, and no other place."""

    def urlopen(request: urllib.request.Request) -> object:
        assert request.full_url.startswith(NCBI)
        moved = request.full_url.replace(NCBI, f"{service}/")
        return urllib.request.urlopen(urllib.request.Request(moved, data=request.data, method=request.get_method()))

    monkeypatch.setattr(Entrez, "urlopen", urlopen)
    monkeypatch.setattr(Entrez, "email", "reader@example.org")
    monkeypatch.setattr(Entrez, "api_key", KEY)
    monkeypatch.setattr(Entrez, "max_tries", 1)


def read(handle: object) -> object:
    """An answer in XML as Biopython reads it, held against its document type."""
    return Entrez.read(handle, validate=True)


def test_searches_and_fetches_from_the_history_server() -> None:
    found = read(Entrez.esearch(db="pubmed", term="exercise AND falls", usehistory="y", retmax=5))
    assert int(found["Count"]) > 5
    assert len(found["IdList"]) == 5
    assert found["TranslationSet"][0]["From"] == "exercise"
    assert found["QueryTranslation"].startswith('("exercise"[MeSH Terms]')
    env = {"WebEnv": found["WebEnv"], "query_key": found["QueryKey"]}
    articles = read(Entrez.efetch(db="pubmed", retmode="xml", retmax=5, **env))["PubmedArticle"]
    assert [str(one["MedlineCitation"]["PMID"]) for one in articles] == list(found["IdList"])
    texts = list(Medline.parse(Entrez.efetch(db="pubmed", rettype="medline", retmode="text", **env)))
    assert len(texts) == int(found["Count"])
    first = articles[0]["MedlineCitation"]["Article"]
    assert texts[0]["TI"] == first["ArticleTitle"]
    assert texts[0]["PMID"] == found["IdList"][0]
    assert "falls" in " ".join([texts[0]["TI"], texts[0]["AB"], *texts[0]["MH"]]).lower()


def test_reads_the_same_record_in_every_form() -> None:
    article = read(Entrez.efetch(db="pubmed", id="90000001", retmode="xml"))["PubmedArticle"][0]
    medline = next(iter(Medline.parse(Entrez.efetch(db="pubmed", id="90000001", rettype="medline", retmode="text"))))
    summary = read(Entrez.esummary(db="pubmed", id="90000001"))[0]
    citation = article["MedlineCitation"]
    authors = [f"{one['LastName']} {one['Initials']}" for one in citation["Article"]["AuthorList"]]
    headings = [str(one["DescriptorName"]) for one in citation["MeshHeadingList"]]
    assert authors == medline["AU"] == list(summary["AuthorList"])
    assert headings == [heading.split("/")[0].strip("*") for heading in medline["MH"]]
    assert citation["Article"]["ArticleTitle"] == medline["TI"] == summary["Title"]
    assert str(citation["Article"]["Language"][0]) == medline["LA"][0] == "eng"
    assert summary["LangList"] == ["English"]
    assert summary["FullJournalName"] == medline["JT"]
    plain = Entrez.efetch(db="pubmed", id="90000001", rettype="abstract", retmode="text")
    assert isinstance(plain, io.TextIOWrapper)
    assert plain.read().startswith(f"1. {medline['JT']}. 2012.")


def test_posts_and_combines() -> None:
    posted = read(Entrez.epost("pubmed", id="90000001,90000002,90000003"))
    env = {"WebEnv": posted["WebEnv"], "query_key": posted["QueryKey"]}
    assert [one["Id"] for one in read(Entrez.esummary(db="pubmed", **env))] == ["90000001", "90000002", "90000003"]
    within = read(Entrez.esearch(db="pubmed", term="#1 AND 90000002[uid]", WebEnv=posted["WebEnv"]))
    assert list(within["IdList"]) == ["90000002"]


def test_spells_links_and_tells_of_the_database() -> None:
    spelled = read(Entrez.espell(db="pubmed", term="excercise"))
    assert spelled["CorrectedQuery"] == "exercise"
    links = read(Entrez.elink(dbfrom="pubmed", id=["90000001", "90000002"], cmd="neighbor_score"))
    assert [one["IdList"] for one in links] == [["90000001"], ["90000002"]]
    scores = [int(link["Score"]) for link in links[0]["LinkSetDb"][0]["Link"]]
    assert links[0]["LinkSetDb"][0]["Link"][0]["Id"] == "90000001"
    assert scores == sorted(scores, reverse=True)
    assert "pubmed" in read(Entrez.einfo())["DbList"]
    database = read(Entrez.einfo(db="pubmed"))["DbInfo"][0]
    assert int(database["Count"]) == 320
    assert "TIAB" in [field["Name"] for field in database["FieldList"]]


def test_tells_faults_as_the_client_knows_them() -> None:
    nothing = read(Entrez.esearch(db="pubmed", term="abcXYZ"))
    assert nothing["Count"] == "0"
    assert nothing["ErrorList"]["PhraseNotFound"] == ["abcXYZ"]
    assert nothing["WarningList"]["OutputMessage"] == ["No items found."]
    with pytest.raises(RuntimeError, match="Invalid db name specified: fleegle"):
        read(Entrez.esearch(db="fleegle", term="x"))
    with pytest.raises(RuntimeError, match="UID=5: cannot get document summary"):
        read(Entrez.esummary(db="pubmed", id="5"))
    with pytest.raises(HTTPError) as refused:
        Entrez.efetch(db="pubmed", id="x")
    assert refused.value.code == 400
    assert b"ID list is empty!" in refused.value.read()


def test_a_long_query_goes_by_post() -> None:
    term = " OR ".join(f"word{number}[tiab]" for number in range(2_000)) + " OR exercise[ti]"
    assert int(read(Entrez.esearch(db="pubmed", term=term))["Count"]) > 0


def test_who_asks_too_often_is_refused(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Entrez, "api_key", None)
    addresses = [f"{service}/einfo.fcgi" for _ in range(8)]
    statuses: list[int] = []
    for address in addresses:
        try:
            statuses.append(urllib.request.urlopen(address).status)
        except HTTPError as error:
            statuses.append(error.code)
            assert json.load(error)["error"] == "API rate limit exceeded"
            assert error.headers["Retry-After"] == "2"
    assert statuses[:3] == [200, 200, 200]
    assert 429 in statuses
