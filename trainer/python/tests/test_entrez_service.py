"""Biopython's Entrez, which knows nothing of Querent, against ``querent eutils serve``.

Nothing of the client is changed but the address that it builds its requests for. It reads answers by the files of
document types that it brings along, so an answer that named another would need a network.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from xml.etree import ElementTree
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


# Every field that MEDLINE's format has and a library keeps.
RICH = """PMID- 91000001
STAT- MEDLINE
DCOM- 20200531
LR  - 20210228
IS  - 1474-547X (Electronic)
IS  - 0140-6736 (Linking)
VI  - 12
IP  - 3
DP  - 2020 Mar 15
TI  - [A registry of falls & <fractures>.]
PG  - 100-9
LID - 10.1000/falls1 [doi]
AB  - BACKGROUND: Falls among older people. METHODS: A registry, p<0.05. This record is invented.
OAB - Chutes chez les personnes agees.
FAU - Smith, John A Jr
AU  - Smith JA Jr
FAU - Muller, Karl
AU  - Muller K
AUID- ORCID: 0000-0002-1825-0097
CN  - Falls Prevention Study Group
AD  - Leeds, UK.
LA  - fre
SI  - ClinicalTrials.gov/NCT00000001
GR  - R01 HL012345/HL/NHLBI NIH HHS/United States
PT  - Journal Article
PT  - Review
TT  - Un registre des chutes.
DEP - 20191130
PL  - England
TA  - Invent J
JT  - Journal of invented results
JID - 2985213R
RN  - R16CO5Y76E (Aspirin)
RN  - 0 (Hemostatics)
SB  - IM
CIN - Other J. 2021
MH  - *Accidental Falls/prevention & control
MH  - Aged
PS  - Darwin C
IR  - Doe J
PMC - PMC1234567
OT  - registry
COIS- None declared.
EDAT- 2019/12/01 06:00
MHDA- 2020/06/01 06:00
CRDT- 2019/12/02 06:00
AID - S0140-6736(16)31678-6 [pii]
AID - 10.1000/falls1 [doi]
SO  - Invent J. 2020 Mar 15;12(3):100-9.

"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service over the sample citations and one that has every fact."""
    corpus = tmp_path_factory.mktemp("corpus")
    for name in ["citations.jsonl", "thesaurus.jsonl"]:
        shutil.copy(ROOT / "samples" / name, corpus / name)
    (corpus / "rich.nbib").write_text(RICH, encoding="utf-8")
    command = [str(NODE), "server/src/cli/main.ts", "eutils", "serve", "--json", "--corpus", str(corpus)]
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


def test_reads_every_fact_of_a_record() -> None:
    article = read(Entrez.efetch(db="pubmed", id="91000001", retmode="xml"))["PubmedArticle"][0]
    medline = next(iter(Medline.parse(Entrez.efetch(db="pubmed", id="91000001", rettype="medline", retmode="text"))))
    given = next(iter(Medline.parse(io.StringIO(RICH))))
    citation, data = article["MedlineCitation"], article["PubmedData"]
    people = citation["Article"]["AuthorList"]
    assert people[0]["LastName"] == "Smith"
    assert people[0]["ForeName"] == "John A"
    assert people[0]["Suffix"] == "Jr"
    assert people[0]["AffiliationInfo"][0]["Affiliation"] == "Leeds, UK."
    assert people[2]["CollectiveName"] == "Falls Prevention Study Group"
    assert [str(part) for part in citation["Article"]["Abstract"]["AbstractText"]] == [
        "Falls among older people.",
        "A registry, p<0.05. This record is invented.",
    ]
    assert citation["Article"]["Abstract"]["AbstractText"][0].attributes["Label"] == "BACKGROUND"
    assert citation["MeshHeadingList"][0]["DescriptorName"].attributes["MajorTopicYN"] == "Y"
    assert str(citation["ChemicalList"][0]["NameOfSubstance"]) == "Aspirin"
    assert {one.attributes["IdType"]: str(one) for one in data["ArticleIdList"]} == {
        "pubmed": "91000001",
        "doi": "10.1000/falls1",
        "pii": "S0140-6736(16)31678-6",
        "pmc": "PMC1234567",
    }
    same = ["PMID", "STAT", "VI", "IP", "DP", "TI", "PG", "AB", "AU", "FAU", "CN", "LA", "PT", "TA", "JT", "JID", "MH"]
    same += ["RN", "GR", "SI", "OT", "COIS", "PMC", "PL", "TT", "DCOM", "LR", "DEP"]
    assert {tag: medline.get(tag) for tag in same} == {tag: given.get(tag) for tag in same}


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
    assert int(database["Count"]) == 321
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


def content_models(name: str) -> tuple[dict[str, str], dict[str, set[str]]]:
    """What elements hold, and the attributes that they must have, by a document type that Biopython brings along."""
    folder = Path(Entrez.__file__).parent / "DTDs"
    text = re.sub(r"<!--.*?-->", "", (folder / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    elements = re.finditer(r"<!ELEMENT\s+(\S+)\s+(.+?)\s*>", text, re.DOTALL)
    models = {match[1]: re.sub(r"\s+", "", match[2]) for match in elements}
    required: dict[str, set[str]] = {}
    for match in re.finditer(r"<!ATTLIST\s+(\S+)(.*?)>", text, re.DOTALL):
        for name_of in re.finditer(r"(\S+)\s+(?:CDATA|NMTOKEN|ID|\([^)]*\)|%\S+;)\s+#REQUIRED", match[2]):
            required.setdefault(match[1], set()).add(name_of[1])
    return models, required


def offences(text: bytes, dtd: str) -> list[str]:
    """Where an answer breaks its document type: elements, their order, attributes. Mixed content is left out."""
    models, required = content_models(dtd)
    found: list[str] = []
    for element in ElementTree.fromstring(text).iter():
        model = models.get(element.tag)
        if model is None:
            found.append(f"{element.tag} is not known")
            continue
        found += [f"{element.tag} lacks {key}" for key in required.get(element.tag, ()) if key not in element.attrib]
        if "%" in model or "#PCDATA" in model or model in {"ANY", "EMPTY"}:
            continue
        pattern = re.sub(r"([\w.:-]+)", r"(?:\1;)", model).replace(",", "")
        children = "".join(f"{child.tag};" for child in element)
        if not re.fullmatch(pattern, children):
            found.append(f"{element.tag}: {children} against {model}")
    return found


@pytest.mark.parametrize(
    ("path", "dtd"),
    [
        ("efetch.fcgi?db=pubmed&id=91000001,90000001,90000002", "pubmed_250101.dtd"),
        ("esearch.fcgi?term=falls+OR+fleegle[mh]&usehistory=y", "esearch.dtd"),
        ("esearch.fcgi?term=abcXYZ", "esearch.dtd"),
        ("esearch.fcgi?term=", "esearch.dtd"),
        ("esummary.fcgi?id=91000001,90000001", "esummary-v1.dtd"),
        ("esummary.fcgi?id=5", "esummary-v1.dtd"),
        ("epost.fcgi?id=1,2", "epost.dtd"),
        ("epost.fcgi?db=fleegle", "epost.dtd"),
        ("elink.fcgi?dbfrom=pubmed&id=90000001&cmd=neighbor_score", "elink.dtd"),
        ("elink.fcgi?dbfrom=pubmed&id=90000001&cmd=neighbor_history", "elink.dtd"),
        ("elink.fcgi?dbfrom=pubmed&id=90000001&cmd=acheck", "elink.dtd"),
        ("elink.fcgi?dbfrom=pubmed&id=90000001&cmd=ncheck", "elink.dtd"),
        ("elink.fcgi?dbfrom=pubmed&id=90000001&cmd=prlinks", "elink.dtd"),
        ("elink.fcgi?dbfrom=pubmed", "elink.dtd"),
        ("einfo.fcgi?", "einfo.dtd"),
        ("einfo.fcgi?db=pubmed", "einfo.dtd"),
        ("einfo.fcgi?db=fleegle", "einfo.dtd"),
        ("espell.fcgi?db=pubmed&term=excercise", "eSpell.dtd"),
    ],
)
def test_answers_keep_to_their_document_types(service: str, path: str, dtd: str) -> None:
    # A key of its own for each, so that nothing has to wait for the limit.
    key = f"{abs(hash(path)):036x}"[:36]
    with urllib.request.urlopen(f"{service}/{path}&api_key={key}") as answer:
        assert offences(answer.read(), dtd) == []
