"""The texts of data files: each that pages show is declared, in both catalogues, and stays English for programs."""

import json
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management.commands.makemessages import TranslatableFile
from django.utils import translation

from console.management.commands.makemessages import TEXTS, BuildFile, Command, data_files
from messaging.data_texts import DataTexts, in_english
from messaging.models import Notification
from registrations.definitions import registration_types
from registrations.reasons import reasons
from registrations.support_flows import flows
from tests.source import ROOT

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
TOLL_FREE = "US_TOLL_FREE_REGISTRATION"

# Data files without a text that pages show, and what they have instead.
NOT_SHOWN = {
    "messaging/data/api_actions.csv": "descriptions for who reads the file; pages show the names of actions",
    "messaging/data/content_rules.json": "words to look for; what the rules say stands in messaging/advice",
    "messaging/data/event_types.json": "pages show console/message_words.py; records are in English, as the API's are",
    "messaging/data/gsm0338.json": "characters; their names are Unicode's",
    "messaging/data/keywords.json": "replies to recipients, for whom they are written",
    "messaging/data/magic_suffixes.json": "pages show console/message_words.py",
    "messaging/data/mms_media.csv": "media types",
    "messaging/data/networks.json": "names of carriers",
    "messaging/data/originator_choice.json": "keys; the words stand in messaging/operations/recommendations.py",
    "messaging/data/originator_offers.json": "numbers",
    "messaging/data/rate_card.csv": "numbers",
    "messaging/data/regions.csv": "names that the provider gave its Regions",
    "messaging/data/sender_id_display.json": "keys; the words stand in messaging/operations/sender_display.py",
    "messaging/data/simulator_numbers.csv": "phone numbers",
    "messaging/data/ssml.json": "elements and attributes",
    "messaging/data/throughput.json": "numbers",
    "messaging/data/usage_types.json": "codes",
    "messaging/data/verification_texts.json": "texts to recipients, each in its own language",
    "messaging/data/voices.json": "names of voices",
    "messaging/data/world_regions.csv": "codes; the words stand in console/world.py",
    "registrations/data/checks.json": "words to look for; what the checks say stands in registrations/checks",
    "registrations/data/ten_dlc_throughput.json": "numbers",
}


class Missing(NullTranslations):
    """What answers for texts that a catalogue does not have."""

    def gettext(self, message: str) -> str:
        raise LookupError(message)


def _catalogue(language: str) -> GNUTranslations:
    with (ROOT / "console" / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        found = GNUTranslations(file)
    found.add_fallback(Missing())
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shown_text_of_a_data_file_is_translated(language: str) -> None:
    catalogue, missing, count = _catalogue(language), [], 0
    for path, declared in data_files().items():
        for text, member in declared.texts(path).items():
            count += 1
            try:
                catalogue.gettext(text)
            except LookupError:
                missing.append(f"{path.name}, {member}: {text}")
    assert count > 500 and not missing, "\n".join(missing)


@pytest.mark.parametrize("declared", TEXTS, ids=lambda declared: declared.files)
def test_every_declared_member_has_texts(declared: DataTexts) -> None:
    documents = [declared.parse(path.read_text(encoding="utf-8")) for path in declared.paths()]
    found = {member for document in documents for member, _text in declared.found(document)}
    assert found == declared.shown | declared.names


def test_every_data_file_is_declared_or_known_to_show_nothing() -> None:
    there = {
        str(path.relative_to(ROOT))
        for app in ("messaging", "registrations")
        for path in (ROOT / app / "data").rglob("*.*")
    }
    declared = {str(path.relative_to(ROOT)) for path in data_files()}
    assert not declared & set(NOT_SHOWN)
    assert there == declared | set(NOT_SHOWN)


def test_xgettext_gets_the_texts_of_a_data_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flows.json").write_text('{"flows": [{"id": "one", "name": "Say “50 % off” {soon}", "asks": ["Why"]}]}')
    shown = frozenset({"flows.name", "flows.asks"})
    declared = DataTexts(tmp_path, "flows.json", json.loads, shown=shown)
    monkeypatch.setattr("console.management.commands.makemessages.TEXTS", (declared,))
    made = BuildFile(Command(), "django", TranslatableFile(str(tmp_path), "flows.json", None))
    made.preprocess()
    assert Path(made.work_path).read_text(encoding="utf-8").splitlines() == [
        "# Translators: flows.name",
        "# xgettext:no-python-format,no-python-brace-format",
        'gettext_noop("Say “50 % off” {soon}")',
        "",
        "# Translators: flows.asks",
        'gettext_noop("Why")',
    ]
    made.cleanup()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flows.json"]


def test_a_text_follows_the_language_of_its_reader() -> None:
    definition = registration_types()[TOLL_FREE]
    title = definition.fields["companyInfo.companyName"].title
    with translation.override("es"):
        assert str(title) == "Nombre de la empresa" and in_english(title) == "Company Name"
        assert str(reasons()["OTHER"].short_description) == "Otro"
        assert str(flows()["short_code"].name) == "Código corto"
    with translation.override("id"):
        assert str(title) == "Nama perusahaan"
        assert definition.fields["companyInfo.companyName"].example == "Example Outfitters LLC", "examples are answers"
    assert str(title) == "Company Name"


@pytest.mark.django_db
def test_a_notice_about_a_support_case_names_it_in_the_readers_language() -> None:
    notice = Notification(title="Your support case was approved: %(case)s.", values={"case": "Short code"})
    with translation.override("es"):
        assert notice.words == "Se aprobó su caso de soporte: Código corto."
